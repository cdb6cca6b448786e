"""What a valid course becomes."""

import os
import stat
from pathlib import Path

import pytest

from quizapp.course import course_errors, load_course, load_exercise
from quizapp.domain.cards import AnswerType, Draw, Kind, Option, TypedAnswer
from quizapp.domain.exercises import Limits
from quizapp.domain.text import Text
from quizapp.errors import CourseError


@pytest.fixture
def note(toy_course):
    course = load_course(toy_course)
    notes = {note.id: note for deck in course.decks for note in deck.notes}
    return notes.__getitem__


def test_the_toy_course_has_no_error(toy_course):
    assert course_errors(toy_course) == []


def test_the_toy_course_has_a_card_of_every_kind(toy_course):
    assert {card.note.kind for card in load_course(toy_course).cards.values()} == set(Kind)


def test_decks_stand_in_the_order_of_the_topics(toy_course):
    course = load_course(toy_course)
    assert [deck.topic for deck in course.decks] == ["shapes", "counting"]
    assert course.topics == ("shapes", "counting")
    assert course.titles == Text("A toy course", "玩具课程")


def test_notes_stand_in_the_order_of_the_file(toy_course):
    deck = load_course(toy_course).decks[1]
    assert [note.id for note in deck.notes][:2] == ["keepdim-argument", "length-of-a-vector"]
    assert deck.notes[-1].id == "integer-division"
    assert [note.id for note in deck.notes[1:3]] == ["length-of-a-vector", "one-third"]


def test_a_basic_note_gives_one_card(toy_course):
    card = load_course(toy_course).cards["len-is-axis-0"]
    assert (card.note.id, card.part) == ("len-is-axis-0", "")


def test_a_reversed_note_gives_a_card_for_each_direction(toy_course):
    deck = load_course(toy_course).decks[0]
    ids = [card.id for card in deck.cards if card.note.id == "scalar-and-0d"]
    assert ids == ["scalar-and-0d", "scalar-and-0d/reversed"]


def test_a_cloze_note_gives_a_card_for_each_number(toy_course):
    deck = load_course(toy_course).decks[0]
    ids = [card.id for card in deck.cards if card.note.kind is Kind.CLOZE]
    assert ids == ["keepdim-keeps-the-axis/c1", "keepdim-keeps-the-axis/c2"]


def test_a_deck_knows_the_ids_of_its_cards(toy_course):
    for deck in load_course(toy_course).decks:
        assert list(deck.card_ids) == [card.id for card in deck.cards]


def test_cards_of_all_decks_can_be_looked_up(toy_course):
    course = load_course(toy_course)
    ids = [card_id for deck in course.decks for card_id in deck.card_ids]
    assert list(course.cards) == ids
    assert len(course.cards) == len(ids)
    assert course.cards["one-third"].note.topic == "counting"
    assert "keepdim-keeps-the-axis" not in course.cards
    assert course.cards.get("nothing") is None


def test_former_ids_lead_to_todays_cards(toy_course):
    assert load_course(toy_course).aliases == {
        "len-of-a-tensor": "len-is-axis-0",
        "scalar": "scalar-and-0d",
        "scalar/reversed": "scalar-and-0d/reversed",
    }


def test_a_note_knows_its_place(note):
    assert (note("scalar-and-0d").location.path, note("scalar-and-0d").location.line) == (
        "cards/shapes.yaml",
        14,
    )


def test_options_may_share_one_text_for_both_languages(note):
    assert note("shape-of-a-sum").options == (
        Option(Text("(2, {{n}})", "(2, {{n}})"), correct=True),
        Option(Text("(3, {{n}})", "(3, {{n}})"), correct=False),
        Option(Text("a 0-D tensor", "零维张量"), correct=False),
    )


@pytest.mark.parametrize(
    ("note_id", "answer"),
    [
        ("keepdim-argument", TypedAnswer(AnswerType.TEXT, "keepdim", True, 0.0, ("keepdim=True",))),
        ("one-third", TypedAnswer(AnswerType.NUMBER, "0.3333", True, 5e-5)),
        ("length-of-a-vector", TypedAnswer(AnswerType.NUMBER, "math.hypot(0.6, y)", False, 0.0005)),
        ("shape-of-nested-lists", TypedAnswer(AnswerType.SHAPE, "(1, 3)", True)),
        ("sum-over-an-axis", TypedAnswer(AnswerType.SHAPE, "X.sum(dim=axis).shape", False)),
        ("add-one-in-place", TypedAnswer(AnswerType.EXPRESSION, "x + 1", False)),
    ],
)
def test_a_typed_answer_is_a_literal_or_an_expression(note, note_id, answer):
    assert note(note_id).answer == answer


@pytest.mark.parametrize(
    ("note_id", "given"),
    [
        ("shape-of-a-sum", (Draw("n", "int", (4, 9)),)),
        ("length-of-a-vector", (Draw("y", "float", (0.1, 0.9, 0.1)),)),
        (
            "sum-over-an-axis",
            (Draw("shape", "shape", (2, 3, 2, 5)), Draw("axis", "axis_of", ("shape",))),
        ),
        (
            "printed-sum",
            (
                Draw("a", "int", (1, 5)),
                Draw("b", "int", (6, 9)),
                Draw("op", "choice", ("sum", "max")),
            ),
        ),
    ],
)
def test_given_names_say_how_they_are_drawn(note, note_id, given):
    assert note(note_id).given == given


def test_a_predict_note_needs_no_front(note):
    assert note("printed-sum").front == Text("What does this print?", "这段代码打印什么？")
    assert note("integer-division").front.en == "What does Python print here?"


def test_an_erratum_and_a_proof_are_kept(note):
    assert note("integer-division").erratum == Text("The notes print 3.5.", "笔记印的是 3.5。")
    assert note("integer-division").proof == "assert 7 // 2 == 3"


def test_an_exercise_holds_everything_that_its_judging_needs(toy_course):
    exercise = load_course(toy_course).exercises["add-one"]
    assert (exercise.slug, exercise.topic) == ("add-one", "counting")
    assert exercise.entry_points == ("add_one",)
    assert exercise.limits == Limits(cpu_s=2.5, memory_mb=512)
    assert "NotImplementedError" in exercise.starter
    assert "return x + 1" in exercise.solution
    assert "def any_shape" in exercise.checks
    assert len(exercise.hints) == 3
    assert Path(exercise.folder, "checks.py").is_file()
    assert Path(exercise.solution_path).read_text() == exercise.solution


def test_a_near_miss_has_its_diagnosis_cards_and_checks(toy_course):
    miss = load_exercise(toy_course, "counting", "add-one").near_misses[1]
    assert miss.name == "changes_the_argument"
    assert miss.diagnosis.en.startswith("You change `x` itself")
    assert miss.diagnosis.zh.startswith("你修改了")
    assert (miss.cards, miss.fails) == (("add-one-in-place",), ("argument_is_left_alone",))


def test_the_id_of_a_cloze_note_among_the_concepts_stands_for_its_cards(toy_copy):
    file = toy_copy / "exercises/counting/add-one/exercise.yaml"
    file.write_text(file.read_text().replace("keepdim-keeps-the-axis/c1", "keepdim-keeps-the-axis"))
    assert course_errors(toy_copy) == []
    assert load_course(toy_copy).exercises["add-one"].concepts == (
        "add-one-in-place",
        "keepdim-keeps-the-axis/c1",
        "keepdim-keeps-the-axis/c2",
    )


def test_a_broken_exercise_does_not_keep_the_cards_from_being_studied(toy_copy):
    (toy_copy / "exercises/counting/add-one/checks.py").write_text("def broken(:\n")
    course = load_course(toy_copy)
    assert "add-one" in course.exercises
    assert len(course.cards) == 14
    with pytest.raises(CourseError, match=r"checks\.py:1: is no Python"):
        course.exercises["add-one"]


def test_a_topic_may_have_exercises_and_no_deck(toy_copy):
    for path in ("exercises", "solutions"):
        (toy_copy / path / "counting").rename(toy_copy / path / "topicless")
    (toy_copy / "course.yaml").write_text(
        "format: 1\ntitle: {en: T, zh: 题}\ntopics: [shapes, counting, topicless]\n"
    )
    assert course_errors(toy_copy) == []
    assert list(load_course(toy_copy).exercises) == ["add-one"]


def test_a_course_may_have_no_exercises_at_all(course_with):
    course = load_course(course_with())
    assert list(course.exercises) == []
    assert course_errors(Path(course.root)) == []


def test_windows_line_ends_and_a_byte_order_mark_just_work(toy_copy):
    plain = [tuple(deck.notes) for deck in load_course(toy_copy).decks]
    solution = load_exercise(toy_copy, "counting", "add-one").solution
    for file in [*toy_copy.rglob("*.yaml"), *toy_copy.rglob("*.py")]:
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert course_errors(toy_copy) == []
    assert [tuple(deck.notes) for deck in load_course(toy_copy).decks] == plain
    assert load_exercise(toy_copy, "counting", "add-one").solution == solution


def test_a_course_that_may_not_be_written_is_read(toy_copy, tmp_path):
    folders = [path for path in [toy_copy, *toy_copy.rglob("*")] if path.is_dir()]
    before = sorted(toy_copy.rglob("*"))
    for folder in folders:
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        course = load_course(toy_copy, cache=tmp_path / "cache")
        assert course.exercises["add-one"].slug == "add-one"
        assert sorted(toy_copy.rglob("*")) == before
    finally:
        for folder in folders:
            folder.chmod(stat.S_IRWXU)


def test_a_relative_root_is_read_from_the_working_directory(toy_course, monkeypatch):
    monkeypatch.chdir(toy_course.parent)
    course = load_course(Path(toy_course.name))
    assert course.root == os.fspath(toy_course)
    monkeypatch.chdir("/")
    assert course.exercises["add-one"].slug == "add-one"
