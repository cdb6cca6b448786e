"""Suspending, burying and flagging by name, through the engine and the commands."""

import json
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from engine_support import NOON, RIGHT, StandingClock, open_engine
from hypothesis import given
from hypothesis import strategies as st

import quizapp.store
from quizapp.cli import main
from quizapp.cli.exits import Exit
from quizapp.clock import study_day
from quizapp.domain.memory import ItemKind, Phase, Rating, Trigger
from quizapp.engine.marking import parse_when
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
    engine.undo()

    assert engine.store.schedule(ItemKind.CARD, "keyword").flag == 3
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


CARD = ItemKind.CARD


def cards(*ids):
    return [(CARD, card) for card in ids]


def test_a_reset_of_many_cards_is_one_step_that_undo_takes_back(engine):
    before = [engine.answer(card, Rating.EASY) for card in ("keyword", "sum-shape")]
    changed = engine.reset(cards("keyword", "sum-shape", "full-print"))

    assert changed.changed == 2
    assert engine.store.schedule(CARD, "keyword").phase is Phase.NEW
    assert engine.undo().trigger is Trigger.RESET
    assert [engine.store.schedule(CARD, each.item) for each in before] == before
    assert engine.store.check() == []


def test_a_card_that_was_reset_is_introduced_again(engine):
    engine.answer("keyword", Rating.EASY)
    new = engine.progress(["sums"]).new_left
    engine.reset(cards("keyword"))

    assert engine.progress(["sums"]).new_left == new + 1


@pytest.mark.parametrize(
    ("text", "days"),
    [("+3", 3), ("-2", -2), ("2026-03-20", None), ("today", None), ("TOMORROW ", None)],
)
def test_a_day_is_moved_to_one_that_is_typed(engine, clock, text, days):
    due = study_day(engine.answer("keyword", Rating.EASY).due)
    wanted = {"2026-03-20": date(2026, 3, 20), "today": date(2026, 3, 2)}
    day = due + timedelta(days=days) if days else wanted.get(text, date(2026, 3, 3))
    changed = engine.move(cards("keyword", "sum-shape"), parse_when(text, engine.today()))

    assert changed.changed == 1
    assert study_day(changed.schedules[0].due) == day
    assert engine.store.check() == []


def test_days_count_from_today_for_a_card_that_is_overdue_and_never_before(engine, clock):
    engine.answer("keyword", Rating.EASY)
    clock.pass_days(100)

    (later,) = engine.move(cards("keyword"), parse_when("+1", engine.today())).schedules
    assert study_day(later.due) == engine.today() + timedelta(days=1)
    (sooner,) = engine.move(cards("keyword"), parse_when("-9", engine.today())).schedules
    assert study_day(sooner.due) == engine.today()


def test_a_card_that_is_moved_to_today_is_asked(engine, clock):
    engine.answer("keyword", Rating.EASY)
    clock.pass_days(1)
    assert engine.progress(["sums"]).due_left == 0
    engine.move(cards("keyword"), parse_when("today", engine.today()))

    assert engine.progress(["sums"]).due_left == 1


@pytest.mark.parametrize("text", ["", "soon", "3", "+", "+9999999", "2026-02-30", "2026-03-01"])
def test_what_is_no_day_to_come_is_refused(engine, text):
    with pytest.raises(UsageError, match=r"day|far"):
        parse_when(text, engine.today())


@given(st.text("+-0123456789 today月日", max_size=12))
def test_whatever_is_typed_is_a_day_to_come_or_refused(text):
    today = date(2026, 3, 2)
    try:
        when = parse_when(text, today)
    except UsageError:
        return
    assert when.day is None or when.day >= today


def test_a_decision_of_many_is_taken_back_whatever_came_after(engine):
    changed = engine.decide(cards("keyword", "sum-shape"), suspended=True, flag=2)
    engine.mark(["keyword"], flag=5)

    assert engine.take_back(changed) == 2
    after = engine.store.schedule(CARD, "keyword")
    assert (after.suspended, after.flag) == (False, 5)


def test_devices_that_reset_and_answered_the_same_card_come_to_the_same(tmp_path, clock):
    (tmp_path / "other").mkdir()
    with open_engine(tmp_path / "other", clock) as other, open_engine(tmp_path, clock) as engine:
        engine.answer("keyword", Rating.EASY)
        other.merge(engine.store.path)
        clock.pass_days(1)
        engine.reset(cards("keyword"))
        clock.pass_days(1)
        other.move(cards("keyword"), parse_when("+9", other.today()))
        clock.pass_days(1)
        other.answer("keyword", Rating.GOOD)
        engine.merge(other.store.path)
        other.merge(engine.store.path)
        one, two = (each.store.schedule(CARD, "keyword") for each in (engine, other))
        assert one == two
        assert one.reps == 1
        assert engine.store.check() == other.store.check() == []


@pytest.fixture
def orphaned(engine):
    """The engine, whose course has renamed an answered card without saying so."""
    engine.answer("keyword", Rating.EASY)
    deck = engine.course_file("cards/sums.yaml")
    deck.write_text(deck.read_text().replace("id: keyword", "id: the-word"))
    for name in ("exercise.yaml", "near_misses/clamps.py"):
        file = engine.course_file(f"exercises/sums/double/{name}")
        file.write_text(file.read_text().replace("keyword", "the-word"))
    engine.reload_course()
    return engine


def test_a_card_goes_on_with_the_history_of_one_that_is_gone(orphaned):
    former = orphaned.store.schedule(CARD, "keyword")
    after = orphaned.hand_over("keyword", "the-word")

    assert (after.memory, after.due, after.reps) == (former.memory, former.due, 1)
    assert [review.rating for review in orphaned.store.history("the-word")] == [Rating.EASY]
    assert orphaned.orphans() == []
    assert orphaned.store.check() == []


def test_a_history_handed_over_is_taken_back_by_undo(orphaned):
    former = orphaned.store.schedule(CARD, "keyword")
    orphaned.hand_over("keyword", "the-word")
    orphaned.undo()
    orphaned.reload_course()

    assert orphaned.store.schedule(CARD, "keyword") == former
    assert orphaned.store.history("the-word") == []
    assert orphaned.orphans() == ["keyword"]


@pytest.mark.parametrize(
    ("former", "new", "message"),
    [
        ("keyword", "the-wrd", "there is no such card; did you mean the-word"),
        ("keyward", "the-word", "it has no history; did you mean keyword"),
        ("sum-shape", "the-word", "the course still has this card"),
        ("keyword", "full-print", "it has a history of its own"),
    ],
)
def test_a_history_is_handed_over_only_from_a_gone_card_to_a_new_one(
    orphaned, former, new, message
):
    orphaned.answer("full-print", Rating.GOOD)
    with pytest.raises(UsageError, match=message):
        orphaned.hand_over(former, new)


def test_a_reset_by_command_must_be_meant(quizapp_command):
    quizapp_command("answer", "keyword", "easy", "--at", "2026-01-01T12:00")
    code, out, err = quizapp_command("cards", "keyword", "--reset")
    assert (code, out) == (Exit.USAGE, "")
    assert "makes 1 card new again; add --yes" in err

    assert quizapp_command("cards", "keyword", "--reset", "--yes")[1] == "keyword: new\n"
    assert "took back the reset" in quizapp_command("undo")[1]
    assert quizapp_command("undo")[1].startswith("keyword: took back easy")


def test_a_day_is_moved_by_command(quizapp_command):
    quizapp_command("answer", "keyword", "easy")
    (told,) = json.loads(quizapp_command("cards", "keyword", "--due", "+400", "--json")[1])
    assert (told["item"], told["phase"]) == ("keyword", "review")
    code, _, err = quizapp_command("cards", "keyword", "--due", "soon")
    assert (code, err.startswith("error: soon: that is no day")) == (Exit.USAGE, True)
    assert "took back the moved day" in quizapp_command("undo")[1]


def test_moving_the_day_of_a_new_card_says_why_it_stays(quizapp_command):
    code, out, err = quizapp_command("cards", "sum-shape", "--due", "+3")
    assert (code, out) == (Exit.DONE, "sum-shape: new\n")
    assert err.splitlines() == [
        "changed 0 of 1",
        "sum-shape is new and was left as it is: what is new has no day before its first answer",
    ]


def test_of_many_new_cards_the_first_are_named_that_could_not_be_moved(quizapp_command):
    quizapp_command("answer", "keyword", "easy")
    items = quizapp_command("cards", "--search", "", "--json")[1]
    new = [row["card"] for row in json.loads(items) if row["card"] != "keyword"]
    err = quizapp_command("cards", "keyword", *new, "--due", "+3")[2]
    changed, left = err.splitlines()
    assert changed == f"changed 1 of {len(new) + 1}"
    assert left.startswith(f"{', '.join(new[:5])} and {len(new) - 5} more are new and were left")


def test_what_a_search_finds_is_decided_of_together(quizapp_command):
    code, out, err = quizapp_command("cards", "--search", "deck:shapes -tag:shape", "--suspend")

    assert (code, out.count("suspended")) == (Exit.DONE, 3)
    assert "changed 3 of 3" in err
    assert len(json.loads(quizapp_command("cards", "--search", "is:suspended", "--json")[1])) == 3


def test_the_list_is_sorted_by_a_column_either_way(quizapp_command):
    quizapp_command("cards", "keyword", "--flag", "6")
    quizapp_command("cards", "full-print", "--flag", "2")

    def first(sort):
        return json.loads(quizapp_command("cards", "--sort", sort, "--json")[1])[0]["card"]

    assert first("-flag") == "keyword"
    assert first("flag") == "len-is-axis-0"
    code, _, err = quizapp_command("cards", "--sort", "flg")
    assert (code, "did you mean flag" in err) == (Exit.USAGE, True)


def test_a_history_is_handed_over_by_command(quizapp_command, tmp_path):
    quizapp_command("answer", "keyword", "easy")
    deck = tmp_path / "course" / "cards" / "sums.yaml"
    deck.write_text(deck.read_text().replace("id: keyword", "id: the-word"))
    for name in ("exercise.yaml", "near_misses/clamps.py"):
        file = tmp_path / "course" / "exercises" / "sums" / "double" / name
        file.write_text(file.read_text().replace("keyword", "the-word"))

    assert "keyword" in quizapp_command("cards", "--search", "is:orphan")[1]
    code, out, _ = quizapp_command("cards", "keyword", "--reattach", "the-word")
    assert (code, out.split(",")[0]) == (
        Exit.DONE,
        "the-word: goes on with the history of keyword",
    )
    assert quizapp_command("cards", "--search", "is:orphan", "--json")[1] == "[]\n"

    told = quizapp_command("undo")[1]
    assert told.startswith("keyword: took back the handing over of its history")
    assert "keyword" in quizapp_command("cards", "--search", "is:orphan")[1]


@pytest.mark.parametrize(
    "words",
    [
        ["keyword", "--reset", "--suspend"],
        ["--reset", "--yes"],
        ["keyword", "--search", "x", "--bury"],
        ["--browse", "keyword"],
        ["keyword", "sum-shape", "--reattach", "full-print"],
    ],
)
def test_commands_that_contradict_themselves_are_refused(quizapp_command, words):
    code, out, err = quizapp_command("cards", *words)
    assert (code, out, err.count("\n")) == (Exit.USAGE, "", 1)
