"""Every mistake in a deck is reported at its line, with what is wrong and what to do."""

from dataclasses import dataclass

import pytest

from quizapp.course import course_errors, load_course
from quizapp.errors import CourseError

HEAD = "deck: {en: Tensors, zh: 张量}\nnotes:\n"
TEXTS = "  front: {en: f, zh: f}\n  back: {en: b, zh: b}\n  source: s\n"


@dataclass(frozen=True)
class Case:
    """A deck's notes (from line 3 on), the line of the mistake, and parts of the message."""

    notes: str
    line: int
    parts: tuple[str, ...]


def note(rest: str, kind: str = "basic") -> str:
    return f"- id: a\n  kind: {kind}\n  source: s\n{rest}"


BASIC = {
    "an unknown key": Case(
        f"- id: a\n{TEXTS}  exercices: [x]\n",
        7,
        ("note `a` has an unknown key `exercices`", "did you mean `exercises`?"),
    ),
    "a key that belongs to another kind": Case(
        f"- id: a\n{TEXTS}  options: []\n",
        7,
        ("`options` means nothing to a basic note", "choice notes"),
    ),
    "a key that stands twice": Case(
        f"- id: a\n{TEXTS}  source: t\n", 7, ("key `source` stands twice", "line 6")
    ),
    "an id that stands twice": Case(
        f"- id: a\n{TEXTS}- id: a\n{TEXTS}",
        7,
        ("note id `a` is taken in line 3", "give this note another id"),
    ),
    "an id with other letters": Case(f"- id: A_b\n{TEXTS}", 3, ("`A_b` is no id", "lower-case")),
    "no id": Case("- front: {en: f, zh: f}\n  back: {en: b, zh: b}\n  source: s\n", 3, ("`id`",)),
    "a note that is no mapping": Case("- just text\n", 3, ("a note is text, not a mapping",)),
    "an unknown kind": Case(
        f"- id: a\n  kind: clozee\n{TEXTS}", 4, ("unknown kind `clozee`", "did you mean `cloze`?")
    ),
    "no front": Case(
        "- id: a\n  back: {en: b, zh: b}\n  source: s\n", 3, ("lacks `front`", "add it")
    ),
    "no back": Case("- id: a\n  front: {en: f, zh: f}\n  source: s\n", 3, ("lacks `back`",)),
    "no source": Case(
        "- id: a\n  front: {en: f, zh: f}\n  back: {en: b, zh: b}\n", 3, ("lacks `source`",)
    ),
    "a language that is missing": Case(
        "- id: a\n  source: s\n  back: {en: b, zh: b}\n  front:\n    en: f\n",
        7,
        ("`front` of note `a` lacks its `zh` text", "both languages"),
    ),
    "a language that is misspelt": Case(
        "- id: a\n  source: s\n  back: {en: b, zh: b}\n  front:\n    en: f\n    zhh: f\n",
        8,
        ("`zhh` is no language", "did you mean `zh`?"),
    ),
    "a comma that ends an unquoted text": Case(
        "- id: a\n  source: s\n  back: {en: b, zh: b}\n  front: {en: a, b, zh: c}\n",
        6,
        ("`b` is no language", "quote text with commas"),
    ),
    "one text for both languages of a front": Case(
        "- id: a\n  source: s\n  back: {en: b, zh: b}\n  front: text\n",
        6,
        ("one text, not one for each language",),
    ),
    "a blank text": Case(
        '- id: a\n  source: s\n  back: {en: b, zh: b}\n  front: {en: " ", zh: f}\n',
        6,
        ("`en` of `front` of note `a` is empty", "write it"),
    ),
    "a tag list that is text": Case(
        f"- id: a\n{TEXTS}  tags: shape\n", 7, ("is text, not a list",)
    ),
    "an entry that is listed twice": Case(
        f"- id: a\n{TEXTS}  tags: [x, y, x]\n", 7, ("lists `x` twice",)
    ),
    "an empty list": Case(f"- id: a\n{TEXTS}  tags: []\n", 7, ("empty list",)),
    "an exercise that does not exist": Case(
        f"- id: a\n{TEXTS}  exercises: [iou]\n", 7, ("there is no exercise `iou`",)
    ),
    "an alias that is another note's id": Case(
        f"- id: a\n{TEXTS}- id: b\n{TEXTS}  aliases: [a]\n",
        11,
        ("alias `a` is the id of the note in cards/tensors.yaml:3", "remove the alias"),
    ),
    "an alias of its own": Case(f"- id: a\n{TEXTS}  aliases: [a]\n", 7, ("its own alias",)),
    "an alias of two notes": Case(
        f"- id: a\n{TEXTS}  aliases: [z]\n- id: b\n{TEXTS}  aliases: [z]\n",
        12,
        ("alias `z` stands for two notes", "line 7"),
    ),
    "a proof that is no Python": Case(
        f"- id: a\n{TEXTS}  proof: |\n    x = 1\n    assert x ==\n",
        9,
        ("`proof` of note `a` is no Python: invalid syntax",),
    ),
    "a proof that is no text": Case(f"- id: a\n{TEXTS}  proof: [x]\n", 7, ("is a list, not text",)),
    "a proof nested too deeply for Python": Case(
        f"- id: a\n{TEXTS}  proof: '{'(' * 300}'\n", 7, ("is no Python",)
    ),
    "a cloze mark in a basic note": Case(
        "- id: a\n  source: s\n  back: {en: b, zh: b}\n"
        '  front: {en: "{{c2::x}}", zh: "{{c2::x}}"}\n',
        6,
        ("a basic note has a cloze mark", "kind: cloze"),
    ),
    "a placeholder without given": Case(
        '- id: a\n  source: s\n  back: {en: b, zh: b}\n  front: {en: "{{n}}", zh: "{{n}}"}\n',
        6,
        ("`{{n}}` in `front` is not given", "`given`"),
    ),
}

MANGLED = {
    f"{plain} where text is expected": Case(
        f"- id: a\n{TEXTS}  tags: [{plain}]\n", 7, (f"YAML reads {plain} as {sort}", f'"{plain}"')
    )
    for plain, sort in {
        "no": "a truth value",
        "On": "a truth value",
        "3:4": "a whole number",
        "12": "a whole number",
        "1_000": "a whole number",
        "0x1F": "a whole number",
        "1.5": "a number",
        ".inf": "a number",
        "2024-01-01": "a date",
    }.items()
}

CLOZE = {
    "marks that differ between the languages": Case(
        note('  front: {en: "{{c1::x}} {{c2::y}}", zh: "{{c1::x}}"}\n', "cloze"),
        6,
        ("cloze marks differ: en has c1, c2, zh has c1", "in both languages"),
    ),
    "a cloze note without a mark": Case(
        note('  front: {en: "`{{c1::x}}`", zh: "`{{c1::x}}`"}\n', "cloze"),
        6,
        ("a cloze note has no mark", "outside code"),
    ),
    "a malformed mark": Case(
        note('  front: {en: "{{c1::x}}", zh: "{{c1:x}}"}\n', "cloze"),
        6,
        ("`zh` of front: `{{c1:x}}` is no complete mark", "{{c1::hidden}}"),
    ),
}

OPTION = "{text: a, correct: true}, {text: b}"
CHOICE = {
    "no correct option": Case(
        note("  front: {en: f, zh: f}\n  options: [{text: a}, {text: b}, {text: c}]\n", "choice"),
        7,
        ("none is correct", "correct: true"),
    ),
    "two options": Case(
        note(f"  front: {{en: f, zh: f}}\n  options: [{OPTION}]\n", "choice"),
        7,
        ("2 options", "three to five"),
    ),
    "two options that are the same": Case(
        note(
            "  front: {en: f, zh: f}\n  options:\n"
            "  - {text: a, correct: true}\n  - {text: b}\n  - {text: b}\n",
            "choice",
        ),
        10,
        ("the same as another", "line 9"),
    ),
    "an option that is only correct or not": Case(
        note(
            f"  front: {{en: f, zh: f}}\n  options: [{OPTION}, {{text: c, correct: yes}}]\n",
            "choice",
        ),
        7,
        ("neither `true` nor `false`",),
    ),
    "an option with a number for text": Case(
        note(f"  front: {{en: f, zh: f}}\n  options: [{OPTION}, {{text: 4}}]\n", "choice"),
        7,
        ("YAML reads 4 as a whole number", 'write "4"'),
    ),
    "no options": Case(note("  front: {en: f, zh: f}\n", "choice"), 3, ("lacks `options`",)),
}


def typed(answer: str, more: str = "") -> str:
    return note(f"  front: {{en: f, zh: f}}\n  answer: {answer}\n{more}", "typed")


TYPED = {
    "no answer": Case(note("  front: {en: f, zh: f}\n", "typed"), 3, ("lacks `answer`",)),
    "two answers": Case(typed("{text: a, number: 1}"), 7, ("several of", "exactly one")),
    "an answer of no type": Case(typed("{accept: [a]}"), 7, ("none of", "exactly one")),
    "a tolerance of a text": Case(
        typed("{text: a, tolerance: 1}"), 7, ("`tolerance` means nothing to a text answer",)
    ),
    "other spellings of a number": Case(
        typed("{number: 1, accept: [a]}"), 7, ("`accept` means nothing to a number answer",)
    ),
    "a negative tolerance": Case(typed("{number: 1, tolerance: -1}"), 7, ("is negative",)),
    "a sexagesimal number": Case(typed("{number: 3:4}"), 7, ("`3:4`", "plain decimal")),
    "an octal number": Case(typed("{number: 010}"), 7, ("`010`", "plain decimal")),
    "an infinite number": Case(typed("{number: .inf}"), 7, ("`.inf`", "plain decimal")),
    "a number too long to be one": Case(typed("{number: " + "9" * 5000 + "}"), 7, ("999…",)),
    "a truth value for a number": Case(typed("{number: yes}"), 7, ("a truth value",)),
    "a negative size": Case(typed("{shape: [2, -1]}"), 7, ("negative",)),
    "a size that is no whole number": Case(typed("{shape: [2, 1.5]}"), 7, ("`1.5`",)),
    "an expression that is no Python": Case(
        typed('{expression: "x +"}'), 7, ("the expression answer is no Python",)
    ),
    "statements for an expression": Case(typed('{expression: "x = 1"}'), 7, ("is no Python",)),
    "a set-up that is no Python": Case(
        typed('{expression: "x"}', "  setup: |\n    for\n"),
        9,
        ("`setup` of note `a` is no Python",),
    ),
}


def drawn(given: str, front: str = "{{n}}") -> str:
    text = f'{{en: "{front}", zh: "{front}"}}'
    return note(f"  front: {text}\n  answer: {{number: 1}}\n  given:\n    {given}\n", "typed")


GIVEN = {
    "a given name that is used nowhere": Case(
        drawn("n: {int: [1, 2]}", "f"), 9, ("given `n` is used nowhere",)
    ),
    "a placeholder that is not given": Case(
        drawn("number: {int: [1, 2]}", "{{number}} {{numbr}}"),
        6,
        ("`{{numbr}}` in `front` is not given", "did you mean `number`?"),
    ),
    "a placeholder in one language only": Case(
        note(
            '  front: {en: "{{n}}", zh: f}\n  answer: {number: 1}\n  given: {n: {int: [1, 2]}}\n',
            "typed",
        ),
        6,
        ("`front` uses `n` in one language only",),
    ),
    "a placeholder with blanks": Case(
        drawn("n: {int: [1, 2]}", "{{n}} {{ n }}"), 6, ("`{{ n }}` in `front` has blanks", "{{n}}")
    ),
    "a name that is no name": Case(drawn("2n: {int: [1, 2]}"), 9, ("cannot be a given name",)),
    "a name that is a word of Python": Case(drawn("if: {int: [1, 2]}", "{{if}}"), 9, ("`if`",)),
    "a name that hides torch": Case(drawn("torch: {int: [1, 2]}", "{{torch}}"), 9, ("`torch`",)),
    "a way of drawing that is unknown": Case(
        drawn("n: {integer: [1, 2]}"), 9, ("unknown key `integer`",)
    ),
    "two ways of drawing": Case(drawn("n: {int: [1, 2], choice: [1]}"), 9, ("in one way",)),
    "a range that is upside down": Case(drawn("n: {int: [2, 1]}"), 9, ("low is above high",)),
    "a range of one number": Case(drawn("n: {int: [2]}"), 9, ("write [low, high]",)),
    "a range of fractions for whole numbers": Case(drawn("n: {int: [0.5, 1]}"), 9, ("`0.5`",)),
    "a step of zero": Case(drawn("n: {float: [0, 1, 0]}"), 9, ("the step is not positive",)),
    "a choice of nothing": Case(drawn("n: {choice: []}"), 9, ("empty list",)),
    "a choice listed twice": Case(drawn("n: {choice: [1, 1]}"), 9, ("lists a value twice",)),
    "a choice that YAML mangles": Case(drawn("n: {choice: [yes]}"), 9, ("a truth value",)),
    "a shape without sizes": Case(drawn("n: {shape: {axes: [1, 2]}}"), 9, ("lacks `sizes`",)),
    "a shape of too many axes": Case(
        drawn("n: {shape: {axes: [1, 99], sizes: [1, 2]}}"), 9, ("leaves 0 … 8",)
    ),
    "an axis of nothing": Case(
        drawn("n: {axis_of: shape}"), 9, ("no shape `shape` is drawn before",)
    ),
    "an axis of what may have none": Case(
        note(
            '  front: {en: "{{n}}", zh: "{{n}}"}\n  answer: {number: 1}\n  given:\n'
            "    s: {shape: {axes: [0, 2], sizes: [1, 2]}}\n    n: {axis_of: s}\n",
            "typed",
        ),
        10,
        ("`s` may have no axis",),
    ),
    "given names in a text answer": Case(
        note(
            '  front: {en: "{{n}}", zh: "{{n}}"}\n  answer: {text: "{{n}}"}\n'
            "  given: {n: {int: [1, 2]}}\n",
            "typed",
        ),
        7,
        ("`{{n}}` is not replaced in a text answer", "expression"),
    ),
    "given names in a basic note": Case(
        f"- id: a\n{TEXTS}  given: {{n: {{int: [1, 2]}}}}\n",
        7,
        ("`given` means nothing to a basic",),
    ),
}

PREDICT = {
    "no code": Case(note("", "predict"), 3, ("lacks `code`",)),
    "code that is no Python": Case(
        note("  code: |\n    x = 1\n    print(x\n", "predict"), 8, ("`code` is no Python",)
    ),
    "code that is no Python for one of the values": Case(
        note("  code: |\n    print({{x}})\n  given: {x: {choice: ['1', '2', 'if']}}\n", "predict"),
        7,
        ("`code` is no Python",),
    ),
}

CASES = {**BASIC, **MANGLED, **CLOZE, **CHOICE, **TYPED, **GIVEN, **PREDICT}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_mistake_in_a_note_is_reported_at_its_line(case, course_with):
    root = course_with(HEAD + case.notes)
    with pytest.raises(CourseError) as caught:
        load_course(root)
    message = str(caught.value)
    assert message.startswith(f"cards/tensors.yaml:{case.line}: "), message
    assert all(part in message for part in case.parts), message
    assert "; " in message, "it says what to do"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_audit_finds_what_loading_refuses(case, course_with):
    root = course_with(HEAD + case.notes)
    with pytest.raises(CourseError) as caught:
        load_course(root)
    assert str(caught.value) in map(str, course_errors(root))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_one_mistake_is_reported_once(case, course_with):
    root = course_with(HEAD + case.notes)
    assert len(course_errors(root)) == 1


@pytest.mark.parametrize("word", ["no", "3:4", "2024-01-01", "12", "~", "null", "1e5", "true"])
def test_a_quoted_scalar_is_text(word, course_with):
    root = course_with(f'{HEAD}- id: a\n{TEXTS}  tags: ["{word}"]\n')
    assert load_course(root).cards["a"].note.tags == (word,)


@pytest.mark.parametrize("word", ["!!str no", "! 12"])
def test_a_scalar_may_be_tagged_as_text(word, course_with):
    root = course_with(f"{HEAD}- id: a\n{TEXTS}  tags: [{word}]\n")
    assert load_course(root).cards["a"].note.tags == (word.split()[1],)


def test_a_number_may_be_written_with_an_exponent(course_with):
    root = course_with(HEAD + typed("{number: 1e-5, tolerance: 2.5e-6}"))
    answer = load_course(root).cards["a"].note.answer
    assert (answer.value, answer.literal, answer.tolerance) == ("1e-5", True, 2.5e-6)


def test_a_shape_may_be_empty(course_with):
    root = course_with(HEAD + typed("{shape: []}"))
    assert load_course(root).cards["a"].note.answer.value == "()"


def test_doubled_braces_in_code_mean_themselves_where_nothing_is_given(course_with):
    front = """{en: "`f'{{n}}'`", zh: "`f'{{n}}'`"}"""
    root = course_with(f"{HEAD}- id: a\n  source: s\n  back: {{en: b, zh: b}}\n  front: {front}\n")
    assert load_course(root).cards["a"].note.front.en == "`f'{{n}}'`"


def test_all_mistakes_are_found_in_the_order_of_the_file(course_with):
    root = course_with(
        f"{HEAD}- id: a\n{TEXTS}  tags: [no]\n  proof: 'x ='\n"
        f"- id: a\n{TEXTS}- id: c\n  front: {{en: x, zh: x}}\n  source: s\n"
    )
    assert [(str(error.path), error.line) for error in course_errors(root)] == [
        ("cards/tensors.yaml", 7),
        ("cards/tensors.yaml", 8),
        ("cards/tensors.yaml", 13),
    ]
