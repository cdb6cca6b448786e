"""Cards of one's own, through the engine: added, changed, taken out, put back."""

from dataclasses import replace

import pytest
from engine_support import StandingClock, open_engine
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.course.places import Item, appended, behind_last, items_of, rewritten, without
from quizapp.course.source import Source
from quizapp.course.tree import compose
from quizapp.course.written import Draft, draft_of, entries
from quizapp.domain.cards import AnswerType, Kind
from quizapp.domain.memory import ItemKind, Rating
from quizapp.domain.text import Language
from quizapp.engine.deck_text import notes_in
from quizapp.engine.drafted import drafted
from quizapp.errors import CourseError, UsageError

BY_HAND = """\
# my first deck
deck: {en: Mine, zh: 我的}   # of two languages
notes:
# about axes
- id: first
  front: What is an axis?   # asked often
  # half a thought
  back: |
    A direction,
    # not a comment
    counted from 0.
  tags: [shape]

# about sums
- id: second
  front: {en: "What does sum do?", zh: "sum 做什么？"}
  back: It adds.
# the end
"""


@pytest.fixture
def engine(tmp_path):
    """An engine whose learner has written a deck by hand."""
    folder = tmp_path / "home" / "cards"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(BY_HAND, encoding="utf-8")
    with open_engine(tmp_path, StandingClock()) as opened:
        opened.reload_course()
        yield opened


def text_of(engine, name="mine"):
    return (engine.store.path.parent / "cards" / f"{name}.yaml").read_text(encoding="utf-8")


DRAFTS = {
    "basic": Draft(front="Why `a: b`?", back="Because\n\n  it *is*.", tags=("a b", "no")),
    "reversed": Draft(Kind.REVERSED, "轴", "axis"),
    "cloze": Draft(Kind.CLOZE, "An {{c1::axis}} and a {{c2::size}}."),
    "number": Draft(
        Kind.TYPED, "Pi?", answer="3.14", answer_type=AnswerType.NUMBER, tolerance="0.01"
    ),
    "shape": Draft(Kind.TYPED, "Of zeros(3, 4)?", answer="(3, 4)", answer_type=AnswerType.SHAPE),
    "text": Draft(Kind.TYPED, "Which word?", answer="yes", accept=("on", "true")),
    "expression": Draft(
        Kind.TYPED, "Half?", answer="1 / 2", answer_type=AnswerType.EXPRESSION, back="So."
    ),
    "choice": Draft(
        Kind.CHOICE, "Which?", options=(("no", False), ("3: 4", True), ("`{}`", False))
    ),
    "predict": Draft(Kind.PREDICT, code="for i in range(2):\n    print(i)"),
    "drawn shape": Draft(
        Kind.TYPED,
        "Of `X.sum({{axis}})`, `X` of shape {{s}}?",
        answer="X.sum(axis).shape",
        answer_type=AnswerType.SHAPE,
        given="s: shape axes 2, 3 sizes 2, 5\naxis: axis_of s",
        setup="X = torch.zeros(s)",
    ),
    "drawn number": Draft(
        Kind.TYPED,
        "{{n}} times {{x}}?",
        answer="n * x",
        answer_type=AnswerType.NUMBER,
        tolerance="0.001",
        given="n: int -2, 6\nx: float 0.1, 1.0, 0.1",
    ),
    "drawn code": Draft(
        Kind.PREDICT, code="print({{on}}([1, 2]))", given='on: choice sum, max, len, "3, 4", 5'
    ),
    "drawn options": Draft(
        Kind.CHOICE,
        "Which is {{n}}?",
        options=(("{{n}}", True), ("-{{n}}", False), ("no", False)),
        given="n: int 2, 6",
    ),
}


@pytest.mark.parametrize("name", DRAFTS)
def test_a_card_that_is_added_says_what_was_typed(engine, name):
    made = engine.add_card(DRAFTS[name], "Mine")

    assert engine.draft_of(made.cards[0]) == replace(DRAFTS[name], id=made.id)


def test_adding_leaves_every_line_that_was_there(engine):
    engine.add_card(DRAFTS["basic"], "mine")

    before, after = BY_HAND.split("\n"), text_of(engine).split("\n")
    assert [line for line in after if line in before] == before


def test_a_new_deck_is_made_with_its_first_card(engine):
    made = engine.add_card(DRAFTS["cloze"], "Organic Chemistry")

    assert made.deck == "organic-chemistry"
    assert engine.course.topics[-1] == "organic-chemistry"
    assert len(made.cards) == 2


def test_a_deck_of_cloze_notes_with_one_gap_each_has_their_cards(engine):
    made = engine.add_card(Draft(Kind.CLOZE, "An {{c1::axis}}."), "Zero gaps")

    assert engine.course.decks[-1].card_ids[0] == made.cards[0] == f"{made.id}/c1"


def test_cards_go_to_a_deck_of_their_own_when_none_is_named(engine):
    assert engine.add_card(DRAFTS["basic"]).deck == "my-cards"


@pytest.mark.parametrize(
    ("draft", "key"),
    [
        (Draft(front="Why?"), "back"),
        (Draft(back="Because."), "front"),
        (Draft(Kind.CLOZE, "no mark"), "front"),
        (Draft(Kind.TYPED, "Pi?", answer="3 x 4", answer_type=AnswerType.SHAPE), "answer"),
        (Draft(Kind.TYPED, "Pi?"), "answer"),
        (Draft(Kind.CHOICE, "Which?", options=(("a", True), ("b", False))), "options"),
        (Draft(Kind.PREDICT, code="print("), "code"),
        (Draft(Kind.PREDICT, code="print({{n}})", given="n 2, 6"), "given"),
        (Draft(Kind.PREDICT, code="print({{n}})", given="n: whole 2, 6"), "given"),
        (Draft(Kind.PREDICT, code="print({{n}})", given="n: int 2"), "given"),
        (Draft(Kind.PREDICT, code="print({{n}})", given="n: int 6, 2"), "given"),
        (Draft(Kind.PREDICT, code="print({{n}})", given="n: choice a, "), "given"),
        (Draft(Kind.PREDICT, code="print({{n}})", given='n: choice "a, b'), "given"),
        (Draft(Kind.PREDICT, code="print({{n}})", given="n: axis_of s"), "given"),
        (Draft(Kind.PREDICT, code="print({{n}})", given="n: float 0, 1e999, 1"), "given"),
        (Draft(Kind.PREDICT, code="print(1)", given="n: int 2, 6"), "given"),
        (Draft(Kind.PREDICT, code="print({{m}}, {{n}})", given="n: int 2, 6"), "code"),
    ],
)
def test_a_wrong_card_is_refused_by_field_and_nothing_is_written(engine, draft, key):
    with pytest.raises(UsageError) as refused:
        engine.add_card(draft, "mine")

    assert refused.value.where == key
    assert text_of(engine) == BY_HAND


def test_a_deck_of_the_course_is_not_added_to(engine):
    with pytest.raises(UsageError, match="take another name, for example my-sums"):
        engine.add_card(DRAFTS["basic"], "sums")


def test_a_deck_that_is_wrong_is_not_added_to(engine):
    file = engine.store.path.parent / "cards" / "mine.yaml"
    file.write_text(BY_HAND.replace("back: It adds.", "bakc: It adds."), encoding="utf-8")
    engine.reload_course()

    with pytest.raises(CourseError, match=r"mine\.yaml:17: .*`bakc`"):
        engine.add_card(DRAFTS["basic"], "mine")


def test_cards_with_the_same_front_are_named(engine):
    made = engine.add_card(Draft(front="what IS  an axis?", back="?"), "mine")

    assert made.twins == ("first",)


def test_a_change_leaves_comments_and_all_other_lines(engine):
    engine.change_note(replace(engine.draft_of("first"), tags=("shape", "axis")))

    assert text_of(engine) == BY_HAND.replace("[shape]", "[shape, axis]")


def test_a_change_keeps_the_history(engine):
    engine.answer("first", Rating.GOOD)
    engine.change_note(replace(engine.draft_of("first"), front="Axis?", back="That."))

    assert engine.store.schedule(ItemKind.CARD, "first").reps == 1
    assert engine.card("first").note.front.en == "Axis?"


def test_a_key_can_be_taken_out_and_another_one_put_in(engine):
    draft = Draft(Kind.PREDICT, code="print(1)", id="first")
    engine.change_note(draft)

    assert engine.draft_of("first") == replace(draft, front=engine.draft_of("first").front)
    assert "# half a thought" in text_of(engine)


def test_a_note_in_two_languages_is_not_for_a_form(engine):
    assert engine.draft_of("second") is None


def test_a_card_of_the_course_is_neither_changed_nor_taken_out(engine):
    with pytest.raises(UsageError, match="a card of the course"):
        engine.remove_note("keyword")


def test_a_removed_card_put_back_has_its_history(engine):
    engine.answer("first", Rating.GOOD)
    removed = engine.remove_note("first")
    assert "first" not in engine.course.cards
    engine.put_back(removed)

    assert engine.store.schedule(ItemKind.CARD, "first").reps == 1
    assert engine.card("first").note.back.en.startswith("A direction")


def test_comments_of_the_next_note_stay_when_one_is_removed(engine):
    engine.remove_note("first")

    assert "# about sums\n- id: second" in text_of(engine)


def test_the_last_note_of_a_deck_takes_the_deck_with_it_and_brings_it_back(engine):
    made = engine.add_card(DRAFTS["basic"], "Lone")
    before = text_of(engine, "lone")
    removed = engine.remove_note(made.id)
    assert "lone" not in engine.course.topics
    engine.put_back(removed)

    assert text_of(engine, "lone") == before


def test_a_removed_card_added_again_with_its_id_has_its_history(engine):
    made = engine.add_card(DRAFTS["basic"], "mine")
    engine.answer(made.id, Rating.GOOD)
    engine.remove_note(made.id)
    engine.add_card(replace(DRAFTS["basic"], id=made.id), "mine")

    assert engine.store.schedule(ItemKind.CARD, made.id).reps == 1


def test_what_an_editor_saved_meanwhile_is_not_overwritten(engine, monkeypatch):
    from quizapp.engine import own_files

    file = engine.store.path.parent / "cards" / "mine.yaml"
    read = own_files.DeckFile.__init__

    def slow(self, path):
        read(self, path)
        file.write_text(BY_HAND + "# saved meanwhile\n", encoding="utf-8")

    monkeypatch.setattr(own_files.DeckFile, "__init__", slow)
    with pytest.raises(UsageError, match="another program has just changed it"):
        engine.add_card(DRAFTS["basic"], "mine")

    assert text_of(engine).endswith("# saved meanwhile\n")


def test_text_with_several_cards_is_added_as_it_stands(engine):
    text = "- front: A?   # note\n  back: B.\n\n- id: mine-c\n  front: C?\n  back: |\n    D.\n"
    made = engine.add_text("stdin", text, "mine")

    assert [engine.card(each.id).note.back.en for each in made] == ["B.", "D.\n"]
    assert made[1].id == "mine-c"
    assert "front: A?   # note" in text_of(engine)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("front: A?\nbakc: B.\n", "stdin:2: .*did you mean `back`"),
        ("# help\nfront: A?\nback: 3\n", 'stdin:3: .*write "3"'),
        ("- front: A?\n  back: B.\n- front: C?\n", "stdin:3: .*lacks `back`"),
        ("id: keyword\nfront: A?\nback: B.\n", "stdin:1: note id `keyword` is taken"),
        ("front: A?\nback: B.\nexercises: [none]\n", "stdin:1: .*no exercise `none`"),
        ("front: [\n", "stdin:2: is no YAML"),
        ("just words\n", "stdin:1: this is no card"),
        ("", "stdin"),
    ],
)
def test_wrong_text_is_refused_by_its_own_lines(engine, text, message):
    with pytest.raises(CourseError, match=message):
        engine.add_text("stdin", text, "mine")

    assert text_of(engine) == BY_HAND


def test_a_deck_with_windows_line_ends_keeps_them(engine):
    file = engine.store.path.parent / "cards" / "mine.yaml"
    file.write_bytes(BY_HAND.replace("\n", "\r\n").encode())
    engine.reload_course()
    engine.add_card(DRAFTS["basic"], "mine")
    engine.change_note(replace(engine.draft_of("first"), tags=(), back="One.\nTwo."))

    data = file.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")


@pytest.mark.parametrize(
    ("tail", "safe"),
    [
        ("- id: a\n  front: x\n", True),
        ("- id: a\n  front: |\n    x\n\n    - id: b", True),
        ("  - id: a\n    front: x\n# end\n\n", True),
        ("- id: a\n  front: x\ndeck: t\n", False),
        ("- id: a\n  front: x\n...\n", False),
        ("- id: a\r\n  front: x\r\n", False),
        ("- {id: a, front: x}\n", False),
        ("- front: x\n  id: a\n", False),
    ],
)
def test_only_a_deck_that_ends_with_a_note_like_ours_is_longer_without_being_read(tail, safe):
    text = "deck: t\nnotes:\n" + tail
    new = Item("new", "", ("- id: new", "  front: f", "", "  back: b"), ())
    longer = behind_last(text, [new])

    assert bool(longer) is safe
    if safe:
        assert longer.startswith(text)
        assert _ids(longer) == ["a", "new"]


def _ids(text):
    source = Source("/own.yaml", text)
    notes = compose(source).entries["notes"]
    assert source.errors == []
    return [node.entries["id"].value for node in notes.items]


def test_a_large_deck_is_added_to(engine):
    file = engine.store.path.parent / "cards" / "large.yaml"
    notes = "".join(f"- id: n{n}\n  front: {'x' * 400}\n  back: y\n" for n in range(600))
    file.write_text(f"deck: Large\nnotes:\n{notes}", encoding="utf-8")
    engine.reload_course()
    made = engine.add_card(DRAFTS["cloze"], "Large")

    assert (made.line, len(made.cards)) == (1803, 2)


WORDS = st.text(st.sampled_from("ab:#-[]{}'\"`|>%@&*!,? \n\t\\轴é"), max_size=40)


@settings(max_examples=150)
@given(front=WORDS, back=WORDS, tags=st.lists(WORDS, max_size=2), code=WORDS)
def test_whatever_is_typed_is_read_back(front, back, tags, code):
    draft = Draft(
        Kind.PREDICT, f"x{front}".strip(), back.strip(), tuple(tags), code=f"'''{code}'''", id="x"
    )
    lines = [line for entry in entries(draft).values() for line in entry]
    text = "deck: t\nnotes:\n- " + "\n  ".join(lines) + "\n"
    try:
        note = notes_in("/own.yaml", text)["x"]
    except CourseError as error:
        assert "{{" in front + back or "Python" in error.what  # marks, or quotes inside the code
        return

    assert entries(draft_of(note)) == entries(draft)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(["choice", "int 2,", "float 0 1"]), WORDS), max_size=3))
def test_whatever_is_typed_about_drawn_values_is_a_flaw_or_is_read_back(typed):
    given = "\n".join(f"n{number}: {how} {rest}" for number, (how, rest) in enumerate(typed))
    front = " ".join(f"{{{{n{number}}}}}" for number in range(len(typed)))
    draft = Draft(Kind.TYPED, f"x {front}", answer="1", given=given, id="x")

    shown = drafted(draft, "/own.yaml", Language.EN)

    assert shown.flaws or entries(draft_of(shown.cards[0].note)) == entries(draft)


def test_faces_of_a_draft_show_values_that_depend_on_the_seed_alone(engine):
    shown = [engine.drafted(DRAFTS["drawn options"], seed) for seed in (1, 1, 2, 3, 4)]

    n = shown[0].drawn["n"]
    assert shown[0] == shown[1]
    assert shown[0].faces[0].front == f"Which is {n}?"
    assert shown[0].faces[0].options[0] == (f"{n}", True)
    assert len({each.drawn["n"] for each in shown}) > 1


@settings(max_examples=60)
@given(st.data())
def test_other_notes_stay_letter_for_letter(data):
    gaps = st.sampled_from(["", "\n", "# word\n", "\n# a\n\n# b\n"])
    count = data.draw(st.integers(1, 4))
    pieces = [
        f"{data.draw(gaps)}- id: n{number}\n  front: f   # why\n  back: |\n    b\n\n    # c\n"
        for number in range(count)
    ]
    head, tail = "deck: t\nnotes:\n", data.draw(st.sampled_from(["", "# end\n", "\n\n"]))
    text = head + "".join(pieces) + tail
    chosen = data.draw(st.integers(0, count - 1))

    new = Item("new", "", ("- id: new", "  front: f", "  back: b"), ())
    longer, _ = appended("/d", text, [new])
    other = rewritten("/d", text, f"n{chosen}", {"front": ["front: g"], "tags": ["tags: [t]"]})

    assert longer.replace("- id: new\n  front: f\n  back: b\n", "", 1).rstrip("\n") == text.rstrip(
        "\n"
    )
    assert notes_in("/d", other)[f"n{chosen}"].tags == ("t",)
    assert other.replace("  tags: [t]\n", "", 1).replace("front: g", "front: f   # why") == text
    if count > 1:
        shorter, item, _ = without("/d", text, f"n{chosen}")
        assert set(notes_in("/d", shorter)) == {f"n{n}" for n in range(count)} - {f"n{chosen}"}
        assert shorter.count("# word") + shorter.count("# a") == text.count("# word") + text.count(
            "# a"
        )
        assert items_of(Source("/d", "\n".join(item.lines)))[0].id == f"n{chosen}"
