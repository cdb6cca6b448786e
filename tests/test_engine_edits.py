"""Changes to many own notes at once, through the engine: planned, made, taken back."""

import errno
import json
import os

import pytest
from engine_support import StandingClock, open_engine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp.course.places import all_rewritten, rewritten
from quizapp.engine.edits import Replacing
from quizapp.engine.making import Draft
from quizapp.errors import CourseError, StoreError, UsageError

MINE = """\
# my first deck
deck: Mine
notes:
# about axes
- id: first
  front: What is a tensor?   # asked often
  back: |
    A tensor is a grid,
    # not a comment
    a Tensor of numbers.
  tags: [tensor, shape]

- id: second
  front: {en: "A tensor sum", zh: "tensor 求和"}
  back: It adds.
- id: third
  kind: cloze
  front: "A {{c1::tensor}} and its {{c2::shape}}."
  given: {}
# the end
"""
OTHER = "deck: Other\r\nnotes:\r\n- id: fourth\r\n  front: tensor\r\n  back: x\r\n"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "home" / "cards"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(MINE.replace("  given: {}\n", ""), encoding="utf-8")
    (folder / "other.yaml").write_bytes(OTHER.encode())
    return folder


@pytest.fixture
def engine(tmp_path, folder):
    with open_engine(tmp_path, StandingClock()) as engine:
        engine.reload_course()
        yield engine


def texts(folder):
    return {file.name: file.read_bytes().decode() for file in sorted(folder.glob("*.yaml"))}


def replaced(engine, find, put, **how):
    plan = engine.replacement(list(engine.course.cards), Replacing(find, put, **how))
    return engine.carry_out(plan)


def test_a_text_is_replaced_in_all_decks_and_all_else_stays_letter_for_letter(engine, folder):
    before = texts(folder)
    edited = replaced(engine, "tensor", "array")

    assert (edited.notes, edited.decks) == (4, 2)
    after = texts(folder)
    assert after["other.yaml"] == before["other.yaml"].replace("tensor", "array")
    assert [line for line in after["mine.yaml"].split("\n") if line.startswith("#")] == [
        "# my first deck",
        "# about axes",
        "# the end",
    ]
    assert (
        engine.card("first").note.back.en
        == "A array is a grid,\n# not a comment\na Tensor of numbers."
    )
    assert engine.card("second").note.front.zh == "array 求和"
    assert engine.card("first").note.tags == ("array", "shape")


def test_one_undo_gives_every_deck_back_byte_by_byte(engine, folder):
    before = texts(folder)
    edited = replaced(engine, "tensor", "array")

    assert engine.take_back_edit(edited) == 4
    assert texts(folder) == before
    assert engine.card("first").note.front.en == "What is a tensor?"


def test_changes_are_taken_back_from_the_newest_on_and_after_a_restart(engine, folder, tmp_path):
    before = texts(folder)
    replaced(engine, "tensor", "array")
    replaced(engine, "array", "matrix")
    with open_engine(tmp_path, StandingClock()) as later:
        for _ in range(2):
            later.take_back_edit(later.last_edit())
        assert later.last_edit() is None

    assert texts(folder) == before


def test_a_deck_that_was_changed_since_keeps_what_it_says(engine, folder):
    edited = replaced(engine, "tensor", "array")
    file = folder / "other.yaml"
    file.write_text(file.read_text() + "# by hand\n")
    after = texts(folder)
    with pytest.raises(UsageError, match="changed since"):
        engine.take_back_edit(edited)

    assert texts(folder) == after


def test_a_change_that_was_cut_off_between_two_decks_is_taken_back(engine, folder):
    before = texts(folder)
    edited = replaced(engine, "tensor", "array")
    (folder / "other.yaml").write_bytes(before["other.yaml"].encode())  # as if not come to yet
    engine.take_back_edit(edited)

    assert texts(folder) == before


def test_a_plan_changes_nothing_and_counts_what_it_finds(engine, folder):
    before = texts(folder)
    plan = engine.replacement(engine.course.cards, Replacing("tensor", "array"))

    assert [change.before.id for change in plan.changes] == ["first", "second", "third", "fourth"]
    assert plan.matches == 7
    assert texts(folder) == before


def test_cards_of_the_course_stay_and_are_told(engine):
    plan = engine.replacement(engine.course.cards, Replacing("axis", "dimension"))

    assert plan.changes == ()
    assert "len-is-axis-0" in plan.of_course
    with pytest.raises(UsageError, match="cards of the course are its authors' to change"):
        engine.carry_out(plan)


def test_only_the_fields_that_are_named_are_changed(engine):
    replaced(engine, "tensor", "array", fields=("tags",))

    note = engine.card("first").note
    assert (note.tags, note.front.en) == (("array", "shape"), "What is a tensor?")


def test_a_pattern_puts_its_groups_back(engine):
    replaced(engine, r"A (\w+) sum", r"Sum of a \1", regex=True)

    assert engine.card("second").note.front.en == "Sum of a tensor"


def test_what_looks_like_a_pattern_is_a_text_unless_it_is_asked_for(engine):
    assert engine.replacement(engine.course.cards, Replacing("t.nsor", "x")).matches == 0


def test_capitals_matter_unless_it_is_asked_for(engine):
    cards = ["first"]
    assert engine.replacement(cards, Replacing("Tensor", "x", ("back",))).matches == 1
    assert (
        engine.replacement(cards, Replacing("Tensor", "x", ("back",), ignore_case=True)).matches
        == 2
    )


@pytest.mark.parametrize("pattern", ["(", "(?P<a", "a{2,1}", "[", r"\1", "*"])
def test_a_pattern_that_makes_no_sense_is_refused(engine, pattern):
    with pytest.raises(UsageError, match="no sense"):
        engine.replacement(["first"], Replacing(pattern, "x", regex=True))


def test_a_group_that_there_is_not_is_refused(engine):
    with pytest.raises(UsageError, match="no sense"):
        engine.replacement(["first"], Replacing("tensor", r"\2", regex=True))


def test_a_pattern_without_end_is_given_up(engine, monkeypatch):
    monkeypatch.setattr("quizapp.engine.substituting._PATIENCE_S", 0.5)
    engine.add_card(Draft(front="a" * 60 + "!", back="b"))
    with pytest.raises(UsageError, match="takes too long"):
        engine.replacement(engine.course.cards, Replacing("(a+)+$", "x", regex=True))


def test_notes_that_would_ask_or_hide_nothing_stay(engine):
    plan = engine.replacement(engine.course.cards, Replacing("tensor", "", ("front",)))

    assert plan.broken == ("third", "fourth")
    assert "fourth" not in [change.before.id for change in plan.changes]


def test_a_gap_that_would_go_is_counted(engine):
    pattern = Replacing(r"\{\{c2::(\w+)\}\}", r"\1", regex=True)
    plan = engine.replacement(engine.course.cards, pattern)

    assert plan.cards_gone == 1


def test_a_change_that_would_break_a_card_changes_nothing(engine, folder):
    given_n = "- kind: typed\n  given: {n: {int: [2, 9]}}\n  front: Twice {{n}}, a tensor?\n"
    engine.add_text("here", given_n + '  answer: {number: "2 * n"}\n', "Other")
    before = texts(folder)
    with pytest.raises(UsageError, match="break a card"):
        replaced(engine, "n", "m")

    assert texts(folder) == before


def test_gaps_that_would_be_no_gaps_stay(engine):
    plan = engine.replacement(engine.course.cards, Replacing("{{c1", "{{x1"))

    assert (plan.changes, plan.broken) == ((), ("third",))


def test_a_note_changed_since_it_was_planned_is_not_changed(engine, folder):
    plan = engine.replacement(engine.course.cards, Replacing("tensor", "array"))
    file = folder / "other.yaml"
    file.write_bytes(file.read_bytes().replace(b"tensor", b"tensors"))
    before = texts(folder)
    with pytest.raises(UsageError, match="something else by now"):
        engine.carry_out(plan)

    assert texts(folder) == before


def test_a_deck_that_cannot_be_written_leaves_all_others_as_they_were(engine, folder, monkeypatch):
    from quizapp.engine.own_files import DeckFile

    before, write = texts(folder), DeckFile.write

    def failing(self, text):
        if self.path.name == "other.yaml":
            raise StoreError(str(self.path), "it cannot be written", "free some space")
        write(self, text)

    monkeypatch.setattr(DeckFile, "write", failing)
    with pytest.raises(StoreError):
        replaced(engine, "tensor", "array")

    assert texts(folder) == before
    assert engine.last_edit() is None


def test_a_disk_that_takes_nothing_any_more_leaves_a_way_back(engine, folder, monkeypatch):
    before, fsync, calls = texts(folder), os.fsync, []

    def full_after_one(stream):
        calls.append(stream)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(stream)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_after_one)
        with pytest.raises(StoreError):
            replaced(engine, "tensor", "array")
    assert texts(folder) != before

    engine.take_back_edit(engine.last_edit())
    assert texts(folder) == before


def test_a_note_written_on_one_line_is_told_and_nothing_is_changed(engine, folder):
    file = folder / "other.yaml"
    file.write_text("deck: Other\nnotes:\n- {id: fourth, front: tensor, back: x}\n")
    engine.reload_course()
    before = texts(folder)
    with pytest.raises(CourseError, match="share a line"):
        replaced(engine, "tensor", "array")

    assert texts(folder) == before


def test_tags_are_added_and_taken_off_together_and_put_back_by_one_undo(engine, folder):
    before = texts(folder)
    plan = engine.retagging(["first", "second"], add=["new one", "shape"], remove=["TENSOR"])
    edited = engine.carry_out(plan)

    assert engine.card("first").note.tags == ("shape", "new one")
    assert engine.card("second").note.tags == ("new one", "shape")
    engine.take_back_edit(edited)
    assert texts(folder) == before


def test_the_last_tag_that_goes_takes_its_line_along(engine, folder):
    engine.carry_out(engine.retagging(["first"], remove=["tensor", "shape"]))

    assert "tags" not in texts(folder)["mine.yaml"]


@pytest.mark.parametrize(("add", "remove"), [((), ()), (("a",), ("A",)), ((" ",), ())])
def test_tags_that_make_no_sense_are_refused(engine, add, remove):
    with pytest.raises(UsageError):
        engine.retagging(["first"], add, remove)


def test_history_stays_with_a_changed_card(engine):
    from quizapp.domain.memory import ItemKind, Rating

    engine.answer("first", Rating.GOOD)
    before = engine.store.schedule(ItemKind.CARD, "first")
    replaced(engine, "tensor", "array")

    assert engine.store.schedule(ItemKind.CARD, "first") == before


def test_only_the_newest_changes_are_kept_to_be_taken_back(engine, folder, monkeypatch):
    monkeypatch.setattr("quizapp.engine.editing._KEPT", 2)
    first = replaced(engine, "tensor", "a1")
    replaced(engine, "a1", "a2")
    replaced(engine, "a2", "a3")

    assert len(list((folder / ".undo").iterdir())) == 2
    with pytest.raises(UsageError, match="too long ago"):
        engine.take_back_edit(first)


def test_a_broken_file_of_what_was_before_is_told_by_name(engine, folder):
    edited = replaced(engine, "tensor", "array")
    (file,) = (folder / ".undo").iterdir()
    file.write_text(json.dumps({"notes": 1}))
    with pytest.raises(UsageError, match="broken"):
        engine.take_back_edit(edited)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    find=st.text(alphabet="tensor aA{}:#'\"\n", min_size=1, max_size=3),
    put=st.text(alphabet="xy {}:#|>-'\"\\\n中\t", max_size=4),
)
def test_whatever_is_put_in_is_said_as_planned_or_nothing_is_changed(engine, folder, find, put):
    before = texts(folder)
    plan = engine.replacement(engine.course.cards, Replacing(find, put))
    try:
        edited = engine.carry_out(plan)
    except (UsageError, CourseError):
        pass
    else:
        for change in plan.changes:
            note = engine.course.cards[
                next(c for c in engine.course.cards if c.partition("/")[0] == change.before.id)
            ].note
            assert (note.front, note.back, note.tags) == (
                change.after.front,
                change.after.back,
                change.after.tags,
            )
        engine.take_back_edit(edited)
    assert texts(folder) == before


@given(st.permutations(["first", "second", "third"]), st.integers(1, 3))
def test_notes_changed_together_are_as_if_changed_one_after_the_other(order, count):
    text = MINE.replace("  given: {}\n", "")
    entries = {
        name: {"tags": [f"tags: [{name}]"], "back": ["back: |-", "  a", "  b"]}
        for name in order[:count]
    }
    one_by_one = text
    for name, fresh in entries.items():
        one_by_one = rewritten("d.yaml", one_by_one, name, fresh)

    assert all_rewritten("d.yaml", text, entries) == one_by_one
