"""Variants of an exercise: what is made of the base, and every mistake in the table is told."""

import pytest

from quizapp.course import course_errors, load_exercise
from quizapp.errors import CourseError

YAML = "exercises/counting/add-one/exercise.yaml"
SOLUTION = "solutions/counting/add-one.py"
CHECKS = "exercises/counting/add-one/checks.py"
TABLE = """
variants:
- name: column
  change: {en: A column and two more., zh: 一列，加二。}
  task: {en: "Write `raised(step, x)`.", zh: "写出 `raised(step, x)`。"}
  code: |
    def column(x):
        return x.reshape(-1, 1)

    def flat(x):
        return x.reshape(-1)
  calls:
    add_one:
      name: raised
      summary: A column with two added.
      parameters:
        step: {is: "2", type: int, about: what to add}
        x: {is: column(x), about: a column}
      is: add_one(add_one(flat(x)))
      returns: {about: a vector}
  labels:
    any_shape: {en: floats of every shape, zh: 任意形状的浮点数}
  near_misses:
    adds_two:
      diagnosis: {en: You add four., zh: 你加了四。}
  without: [argument_is_left_alone, changes_the_argument]
  fails: [whole_numbers]
  cards: [add-one-in-place]
"""


@pytest.fixture
def with_table(toy_copy):
    """Makes the toy course with a table of variants."""

    def make(table=TABLE):
        path = toy_copy / YAML
        path.write_text(path.read_text("utf-8") + table, encoding="utf-8")
        return toy_copy

    return make


@pytest.fixture
def variant(with_table):
    return load_exercise(with_table(), "counting", "add-one").variants[0]


def run(source):
    names = {}
    exec(source, names)
    return names


def test_a_variant_has_the_name_and_the_signature_of_its_table(variant):
    assert (variant.variant, variant.entry_points, variant.signature) == (
        "column",
        ("raised",),
        "raised(step, x)",
    )


def test_a_variant_is_the_same_exercise_with_another_task(variant):
    assert (variant.slug, variant.task.en) == ("add-one", "Write `raised(step, x)`.")
    assert variant.title.en == "Add one"


def test_a_starter_names_its_variant_on_the_first_line_and_documents_the_new_parameters(variant):
    assert variant.starter == (
        "# quizapp: exercise add-one, variant column\n"
        "def raised(step, x):\n"
        '    """A column with two added.\n'
        "\n"
        "    step:    what to add\n"
        "    x:       a column\n"
        "    returns: a vector\n"
        '    """\n'
        "    raise NotImplementedError\n"
    )


def test_the_reference_of_a_variant_calls_that_of_the_base_with_converted_arguments(variant):
    torch = pytest.importorskip("torch")
    raised = run(variant.solution)["raised"]

    assert raised(2, torch.tensor([[1], [2]])).tolist() == [3, 4]


def test_helpers_that_only_the_checks_need_are_not_shown_in_the_solution(variant):
    assert "def flat(" in variant.solution
    assert "def column(" not in variant.solution


def test_checks_ask_for_the_new_name_and_give_converted_arguments(variant):
    torch = pytest.importorskip("torch")
    got = []
    check = run(variant.checks)["any_shape"]

    list(check.function(lambda *given: got.append(given), torch.Generator()))

    assert check.parameters == ("raised", "rng")
    assert [(step, tuple(x.shape)) for step, x in got] == [
        (2, (1, 1)),
        (2, (0, 1)),
        (2, (6, 1)),
        (2, (8, 1)),
    ]


def test_a_check_that_is_left_out_is_gone_and_another_one_has_its_new_label(variant):
    names = run(variant.checks)

    assert "argument_is_left_alone" not in names
    assert (names["any_shape"].label, names["any_shape"].label_zh) == (
        "floats of every shape",
        "任意形状的浮点数",
    )


def test_checks_hold_no_solution(variant):
    assert "x + 1" not in variant.checks


def test_the_old_solution_under_its_new_name_is_a_near_miss_that_tells_what_is_different(variant):
    before = variant.near_misses[-1]

    assert before.name == "as_before"
    assert before.diagnosis.en == "You solve the task as it was before. A column and two more."
    assert (before.cards, before.fails) == (("add-one-in-place",), ("whole_numbers",))
    assert run(before.source)["raised"](2, 5) == 6


def test_near_misses_come_along_and_may_be_told_in_other_words(variant):
    assert [(miss.name, miss.diagnosis.en) for miss in variant.near_misses[:-1]] == [
        ("adds_two", "You add four.")
    ]


def test_variants_are_read_from_the_cache_as_from_their_file(with_table, tmp_path):
    root = with_table()
    read = load_exercise(root, "counting", "add-one", cache=tmp_path / "cache")
    again = load_exercise(root, "counting", "add-one", cache=tmp_path / "cache")

    assert again == read
    assert again.variants


MISTAKES = {
    "no name": ("name: column", "nam: column", "has an unknown key `nam`; did you mean `name`?"),
    "the name of the base": ("name: column", "name: base", "`base` is the exercise itself"),
    "one language": (", zh: 一列，加二。", "", "lacks its `zh` text"),
    "helpers that are no Python": ("def column(x):", "def column(x:", "`code` of variant `column`"),
    "helpers that the solution has": ("def column", "def add_one", "`code` defines `add_one`"),
    "an entry point that is none": (
        "add_one:\n      n",
        "add_on:\n      n",
        "`add_on` is no entry",
    ),
    "the old name": ("name: raised", "name: add_one", "the new name is `add_one`, which checks.py"),
    "a name that checks use": ("name: raised", "name: torch", "the new name is `torch`"),
    "a name that is none": ("name: raised", "name: raised up", "is no Python name"),
    "a parameter out of the air": ("{is: column(x), about", "{is: column(z), about", "unknown `z`"),
    "a parameter without a value": (
        '{is: "2", type',
        "{type",
        "nothing says what parameter `step`",
    ),
    "a value that is no expression": ("is: column(x)", "is: column(x", "is no expression"),
    "a value that ignores the base": (
        "add_one(add_one(flat(x)))",
        "flat(x)",
        "does not use the base",
    ),
    "no value at all": ("      is: add_one(add_one(flat(x)))\n", "", "what the base's `x` is"),
    "a label of no check": ("any_shape: {", "any_shap: {", "is no check; did you mean `any_shape`"),
    "a near miss of no name": ("adds_two:", "adds_tow:", "there is no near miss `adds_tow`"),
    "leaving out what is not there": ("[argument_is", "[argment_is", "is neither a check nor"),
    "a needed check left out": ("[argument_is", "[whole_numbers, argument_is", "needs `whole_numb"),
    "a near miss with nothing to fail": (", changes_the_argument]", "]", "fails nothing that is"),
    "no check at which the base fails": ("  fails: [whole_numbers]\n", "", "lacks `fails`"),
    "failing a check left out": (
        "fails: [whole",
        "fails: [argument_is_left_alone, whole",
        "is no c",
    ),
    "a card that is not there": (
        "cards: [add-one",
        "cards: [ad-one",
        "there is no card `ad-one-in-",
    ),
}


@pytest.mark.parametrize(("old", "new", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_the_table_is_told_with_its_line(with_table, old, new, told):
    assert old in TABLE
    errors = course_errors(with_table(TABLE.replace(old, new, 1)))

    assert any(told in str(error) for error in errors), [*map(str, errors)]
    assert all(error.line for error in errors)


def test_two_variants_of_one_name_are_refused(with_table):
    _, _, one = TABLE.partition("variants:\n")

    with pytest.raises(CourseError, match="variant `column` stands twice"):
        load_exercise(with_table(TABLE + one), "counting", "add-one")
