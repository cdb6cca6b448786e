"""Suspending, burying and flagging by name, through the engine and the commands."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from engine_support import NOON, RIGHT, StandingClock, open_engine

import quizapp.store
from quizapp.cli import main
from quizapp.cli.exits import Exit
from quizapp.clock import study_day
from quizapp.domain.memory import ItemKind, Rating, Trigger
from quizapp.errors import UsageError
from quizapp.store import Store


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture
def engine(tmp_path, clock):
    with open_engine(tmp_path, clock) as engine:
        yield engine


def items(schedules):
    return [schedule.item for schedule in schedules]


def test_a_note_stands_for_all_its_cards(engine):
    marked = engine.mark(["keep-dim"], suspended=True)

    assert items(marked) == ["keep-dim/c1", "keep-dim/c2"]
    assert all(schedule.suspended for schedule in marked)


def test_a_card_stands_for_itself_unless_its_siblings_are_meant(engine):
    assert items(engine.mark(["keep-dim/c1"], flag=1)) == ["keep-dim/c1"]
    assert items(engine.mark(["keep-dim/c1"], flag=1, siblings=True)) == [
        "keep-dim/c1",
        "keep-dim/c2",
    ]


def test_a_card_named_twice_is_marked_once(engine):
    assert items(engine.mark(["keyword", "keyword"], flag=1)) == ["keyword"]


def test_a_former_id_still_stands_for_its_card(engine):
    assert items(engine.mark(["length"], flag=1)) == ["len-is-axis-0"]


def test_a_suspended_exercise_is_not_asked(engine, clock):
    engine.submit("double", RIGHT, "double.py").result()
    clock.pass_days(90)
    assert engine.next_up().exercise.slug == "double"
    (marked,) = engine.mark(["double"], suspended=True)

    assert marked.kind is ItemKind.EXERCISE
    assert engine.next_up().card
    assert engine.due().exercises.due == 0


def test_what_was_buried_can_be_dug_out_on_the_same_day(engine, clock):
    (buried,) = engine.mark(["keyword"], buried=True)
    (dug_out,) = engine.mark(["keyword"], buried=False)

    assert buried.buried_until > study_day(clock())
    assert dug_out.buried_until is None


def test_an_unknown_name_is_refused_with_the_nearest_and_nothing_is_marked(engine):
    with pytest.raises(UsageError, match="did you mean keep-dim"):
        engine.mark(["keyword", "keepdim"], suspended=True)
    assert not engine.store.schedule(ItemKind.CARD, "keyword").suspended


@pytest.mark.parametrize("flag", [-1, 8])
def test_a_flag_out_of_range_is_refused(engine, flag):
    with pytest.raises(UsageError, match="there is no such flag"):
        engine.mark(["keyword"], flag=flag)


def test_a_flag_stays_over_answers_and_their_undoing(engine):
    engine.mark(["keyword"], flag=3)
    assert engine.answer("keyword", Rating.EASY).flag == 3
    engine.mark(["keyword"], flag=5)
    engine.undo()

    assert engine.store.schedule(ItemKind.CARD, "keyword").flag == 5
    assert engine.store.check() == []


def test_a_mark_is_a_state_in_the_log_and_can_be_rebuilt_from_it(engine):
    engine.mark(["keyword"], flag=3, suspended=True)
    (row,) = engine.store.log()

    assert (row.trigger, row.after.flag, row.after.suspended) == (Trigger.STATE, 3, True)
    assert engine.store.check() == []


def test_flags_of_two_devices_are_united(tmp_path, clock):
    (tmp_path / "other").mkdir()
    with open_engine(tmp_path / "other", clock) as other:
        other.mark(["keyword"], flag=2)
        path = other.store.path
    with open_engine(tmp_path, clock) as engine:
        engine.mark(["sum-shape"], flag=4)
        engine.merge(path)
        flags = [
            engine.store.schedule(ItemKind.CARD, each).flag for each in ("keyword", "sum-shape")
        ]
        assert flags == [2, 4]
        assert engine.store.check() == []


def test_a_database_without_flags_gains_them(tmp_path):
    folder = Path(quizapp.store.__file__).parent
    with closing(sqlite3.connect(tmp_path / "quizapp.db")) as old:
        for script in ("schema.sql", "schema_2.sql"):
            old.executescript((folder / script).read_text("utf-8"))
        old.execute(
            "INSERT INTO settings (key, value) VALUES ('new_per_day', '3')",
        )
        old.execute(f"PRAGMA application_id = {quizapp.store.store.APPLICATION}")
        old.execute("PRAGMA user_version = 2")
        old.commit()
    with Store.open(tmp_path, clock=lambda: NOON) as store:
        assert store.set_state(ItemKind.CARD, "a", flag=7).flag == 7
        assert store.setting("new_per_day", 0) == 3
        assert store.check() == []


@pytest.fixture
def quizapp_command(tmp_path, monkeypatch, capsys):
    open_engine(tmp_path, StandingClock()).close()
    monkeypatch.setenv("QUIZAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QUIZAPP_COURSE", str(tmp_path / "course"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def run(*words):
        code = main(words)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_cards_are_suspended_buried_and_flagged_by_name(quizapp_command):
    code, out, err = quizapp_command("cards", "keep-dim", "--suspend", "--flag", "3")
    assert (code, err) == (Exit.DONE, "")
    assert out == "keep-dim/c1: suspended, flag 3\nkeep-dim/c2: suspended, flag 3\n"

    quizapp_command("cards", "keep-dim", "--unsuspend", "--flag", "0")
    assert quizapp_command("cards", "keep-dim/c1", "--bury")[1] == "keep-dim/c1: buried\n"
    told = json.loads(quizapp_command("cards", "keep-dim/c1", "--unbury", "--json")[1])
    assert told == [
        {
            "kind": "card",
            "item": "keep-dim/c1",
            "suspended": False,
            "buried_until": None,
            "flag": 0,
        }
    ]


def test_the_list_says_how_cards_are_marked(quizapp_command):
    quizapp_command("cards", "keyword", "--flag", "6")
    (row,) = json.loads(quizapp_command("cards", "--search", "keyword keeps", "--json")[1])

    assert (row["flag"], row["leech"], row["buried_until"]) == (6, False, None)


@pytest.mark.parametrize(
    "words", [["keyword"], ["--suspend"], ["keyword", "--siblings"], ["keyword", "--flag", "8"]]
)
def test_what_is_to_be_done_to_which_must_be_said(quizapp_command, words):
    code, out, err = quizapp_command("cards", *words)

    assert (code, out) == (Exit.USAGE, "")
    assert err.count("\n") == 1


def test_a_leech_is_told_with_its_cause(quizapp_command):
    quizapp_command("settings", "leech_lapses", "1")
    quizapp_command("settings", "leech_action", "suspend")
    quizapp_command("answer", "keyword", "easy", "--at", "2026-01-01T12:00")
    _, _, err = quizapp_command("answer", "keyword", "again", "--at", "2026-02-01T12:00")

    assert err.startswith("keyword is a leech: forgotten 1×; suspended")
