"""Every mistake in the files of an exercise is reported at its line."""

import pytest

from quizapp.course import course_errors, load_course, load_exercise
from quizapp.errors import CourseError

FOLDER = "exercises/counting/add-one"
YAML = f"{FOLDER}/exercise.yaml"
MISS = f"{FOLDER}/near_misses/adds_two.py"
SOLUTION = "solutions/counting/add-one.py"

CHANGES = {
    "an unknown key": (YAML, "signature:", "signatur:", ":15: the exercise has an unknown key"),
    "no title": (YAML, "title: {en: Add one, zh: 加一}\n", "", ":1: the exercise lacks `title`"),
    "a task in one language": (YAML, "  zh: |\n    写出", "    写出", ":3: `task` of the ex"),
    "no entry point": (YAML, "[add_one]", "[]", ":16: `entry_points` of the exercise is an empty"),
    "an entry point that is no name": (YAML, "[add_one]", "[add-one]", "is no Python name"),
    "a hint without Chinese": (
        YAML,
        ", zh: 张量可以和数相加。",
        "",
        ":19: an entry of `hints` of the",
    ),
    "a concept that does not exist": (
        YAML,
        "[add-one-in-place, keep",
        "[add-one-in-plac, keep",
        ":22: there is no card `add-one-in-plac`; did you mean `add-one-in-place`?",
    ),
    "a part of a card that does not exist": (YAML, "axis/c1", "axis/c9", ":22: there is no card"),
    "a concept that is no id": (YAML, "axis/c1", "axis_", ":22: an entry of `concepts`"),
    "a check that does not exist": (
        YAML,
        "whole_numbers:",
        "whole_number:",
        ":24: `whole_number` is no check; did you mean `whole_numbers`?",
    ),
    "a check's concept that does not exist": (
        YAML,
        "left_alone: [add-one-in-place]",
        "left_alone: [nothing]",
        ":25: there is no card `nothing`; write the card",
    ),
    "a limit of zero": (YAML, "cpu_s: 2.5", "cpu_s: 0", ":26: `cpu_s` is not above 0"),
    "a limit that is no number": (YAML, "512", "lots", ":26: `memory_mb` of `limits`"),
    "an unknown limit": (YAML, "memory_mb", "memory", "unknown key `memory`; did you mean"),
    "a forbidden op that is no op": (YAML, "limits:", "forbidden: ['conv2d()']\nlimits:", "no op"),
    "data outside of the folder": (
        YAML,
        "limits:",
        "data: {x: ../../x.npz}\nlimits:",
        ":26: `../../x.npz` leaves the folder; keep data inside it",
    ),
    "data whose name no disk can hold": (
        YAML,
        "limits:",
        f"data: {{x: {'x' * 5000}.npz}}\nlimits:",
        "is no .npz file of this folder",
    ),
    "data that is not there": (
        YAML,
        "limits:",
        "judge_data: {x: x.npz}\nlimits:",
        ":26: `x.npz` is no .npz file of this folder",
    ),
    "an accelerator that is neither": (YAML, "limits:", "accelerator: cuda\nlimits:", ":26: "),
    "a starter that is no Python": (
        f"{FOLDER}/starter.py",
        "def add_one(x):",
        "def add_one(x:",
        ":1: is no Python: '(' was never closed",
    ),
    "a solution without the entry point": (
        SOLUTION,
        "add_one",
        "add_on",
        ": does not define the entry point `add_one`; did you mean `add_on`?",
    ),
    "a near miss without the entry point": (
        MISS,
        "def add_one",
        "def my_add_one",
        ": does not define the entry point `add_one`",
    ),
    "a near miss without a docstring": (MISS, '"""You', '_ = """You', ":1: has no docstring"),
    "a near miss in one language": (MISS, "\n---\n", "\n", ":1: the docstring does not hold two"),
    "a near miss that fails nothing": (
        MISS,
        "fails: whole_numbers\n",
        "",
        ":1: the docstring names nothing in `fails:`",
    ),
    "a near miss that names no card": (
        MISS,
        "cards: add-one-in-place",
        "cards:",
        ":6: the docstring names nothing in `cards:`",
    ),
    "a near miss that names an unknown card": (
        MISS,
        "cards: add-one-in-place",
        "cards: add-one-in-plac",
        ":6: there is no card `add-one-in-plac`; did you mean `add-one-in-place`?",
    ),
    "a near miss that fails an unknown check": (
        MISS,
        "fails: whole_numbers",
        "fails: whole_number",
        ":7: `whole_number` is no check; did you mean `whole_numbers`?",
    ),
}


@pytest.mark.parametrize(("path", "old", "new", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_mistake_in_an_exercise_is_found_by_the_audit(path, old, new, expected, toy_copy):
    file = toy_copy / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    messages = [str(error) for error in course_errors(toy_copy)]
    assert [message for message in messages if message.startswith(path) and expected in message], (
        messages
    )
    assert all("; " in message for message in messages)


@pytest.mark.parametrize(
    "path",
    [YAML, f"{FOLDER}/starter.py", f"{FOLDER}/checks.py", SOLUTION],
)
def test_a_file_that_is_missing_is_named(path, toy_copy):
    (toy_copy / path).unlink()
    with pytest.raises(CourseError, match=f"{path}: is missing"):
        load_exercise(toy_copy, "counting", "add-one")
    assert str(course_errors(toy_copy)[0]).startswith(f"{path}: is missing")


@pytest.mark.parametrize("path", [f"{FOLDER}/starter.py", f"{FOLDER}/checks.py", SOLUTION, MISS])
def test_an_empty_file_is_named(path, toy_copy):
    (toy_copy / path).write_text("\n")
    with pytest.raises(CourseError, match=f"{path}: is empty; write it"):
        load_exercise(toy_copy, "counting", "add-one")


def test_mistakes_in_several_files_are_all_found(toy_copy):
    for path in (SOLUTION, MISS, f"{FOLDER}/starter.py"):
        (toy_copy / path).write_text("def (\n")
    paths = [str(error.path) for error in course_errors(toy_copy)]
    assert sorted(paths) == sorted([SOLUTION, MISS, f"{FOLDER}/starter.py"])


def test_a_card_that_is_wrong_is_not_called_missing(toy_copy):
    deck = toy_copy / "cards/counting.yaml"
    deck.write_text(deck.read_text().replace('expression: "x + 1"', 'expression: "x +"'))
    assert [str(error.path) for error in course_errors(toy_copy)] == ["cards/counting.yaml"]


def test_the_cards_of_a_deck_that_is_no_yaml_are_not_called_missing(toy_copy):
    (toy_copy / "cards/counting.yaml").write_text("deck: [\n")
    assert [str(error.path) for error in course_errors(toy_copy)] == ["cards/counting.yaml"]


def test_a_deck_may_not_name_an_exercise_that_was_removed(toy_copy):
    (toy_copy / FOLDER).rename(toy_copy / "exercises/counting/add-two")
    (toy_copy / SOLUTION).rename(toy_copy / "solutions/counting/add-two.py")
    with pytest.raises(CourseError, match=r"cards/shapes\.yaml:8: there is no exercise `add-one`"):
        load_course(toy_copy)


def test_data_in_the_folder_becomes_a_path_that_can_be_opened(toy_copy):
    data = toy_copy / FOLDER / "data/numbers.npz"
    data.parent.mkdir()
    data.write_bytes(b"not read here")
    file = toy_copy / YAML
    file.write_text(file.read_text() + "data: {numbers: data/numbers.npz}\n")
    exercise = load_course(toy_copy).exercises["add-one"]
    assert exercise.sandbox_data == {"numbers": str(data)}


def test_an_entry_point_may_be_a_class_an_import_or_an_assignment(toy_copy):
    for text in ("class add_one: ...\n", "from m import f as add_one\n", "add_one = abs\n"):
        (toy_copy / SOLUTION).write_text(text)
        assert load_exercise(toy_copy, "counting", "add-one").solution == text
