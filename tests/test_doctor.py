"""The doctor says how it stands and what to do, whatever the state of things."""

import shutil
import sqlite3

import pytest
from engine_support import StandingClock, shared_judge, write_course

from quizapp import doctor
from quizapp.doctor import State, examine
from quizapp.domain.memory import Rating
from quizapp.domain.outcomes import Tier
from quizapp.engine import Engine


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def course(tmp_path):
    return write_course(tmp_path / "course")


@pytest.fixture
def look(course, home, monkeypatch):
    judge = shared_judge()
    monkeypatch.setattr(doctor.Judge, "close", lambda _: None)
    monkeypatch.setattr(doctor, "Judge", lambda: judge)

    def examined(**kwargs):
        return {finding.name: finding for finding in examine(course, home, **kwargs)}

    yield examined
    monkeypatch.undo()


def answer_a_card(course, home):
    with Engine.open(course, home, StandingClock()) as engine:
        engine.answer("keyword", Rating.GOOD)


def test_a_learner_without_data_is_well(look, home):
    found = look()

    assert {finding.state for finding in found.values()} == {State.OK}
    assert "is not there yet" in found["store"].what
    assert not home.exists()


def test_data_that_agree_with_the_log_are_well(look, course, home):
    answer_a_card(course, home)

    assert look()["store"].state is State.OK


def test_a_schedule_that_differs_from_the_log_is_found_and_rebuilt(look, course, home):
    answer_a_card(course, home)
    with sqlite3.connect(home / "quizapp.db") as database:
        database.execute("UPDATE schedules SET reps = 99")
    database.close()

    found = look()["store"]
    assert (found.state, "--repair" in found.remedy) == (State.BAD, True)
    mended = look(repair=True)["store"]
    assert mended.state is State.OK
    assert mended.what.startswith("1 schedule or count of a day was wrong and written anew")


def copy_of(home, day):
    (home / "backups").mkdir(exist_ok=True)
    shutil.copy(home / "quizapp.db", home / "backups" / f"quizapp-{day}.db")


def test_a_lost_file_of_which_there_are_copies_is_told(look, course, home):
    answer_a_card(course, home)
    copy_of(home, "2026-05-04")
    (home / "quizapp.db").unlink()

    found = look()["store"]
    assert (found.state, "quizapp restore" in found.remedy) == (State.WEAK, True)


def test_copies_that_are_no_longer_made_are_told(look, course, home, monkeypatch):
    answer_a_card(course, home)
    copy_of(home, "2020-01-01")
    monkeypatch.setattr("quizapp.store.backup.daily", lambda *_: None)

    found = look()["store"]
    assert (found.state, "2020-01-01" in found.what) == (State.WEAK, True)


def test_rows_that_refer_to_nothing_are_told_and_mended(look, course, home):
    answer_a_card(course, home)
    with sqlite3.connect(home / "quizapp.db") as database:
        database.execute(
            "INSERT INTO submissions "
            "VALUES (1, 'iou', 'gone', 0, 'passed', 1, 1, 0, 'process', '{}')"
        )
    database.close()

    assert "refers to a row of sources" in look()["store"].what
    mended = look(repair=True)["store"]
    assert (mended.state, "1 entry was left out" in mended.what) == (State.OK, True)


def test_a_newer_file_is_not_repaired(look, course, home):
    answer_a_card(course, home)
    with sqlite3.connect(home / "quizapp.db") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()

    found = look(repair=True)["store"]
    assert (found.state, "upgrade quizapp" in found.remedy) == (State.BAD, True)


def test_a_file_that_is_no_database_is_told_and_not_raised(look, home):
    home.mkdir()
    (home / "quizapp.db").write_bytes(b"no database" * 100)

    found = look()["store"]
    assert (found.state, bool(found.remedy)) == (State.BAD, True)


def test_every_mistake_of_the_course_is_told(look, course):
    write_course(course, {"cards/sums.yaml": "notes: 3\n"})

    found = look()["course"]
    assert found.state is State.BAD
    assert all("cards/sums.yaml" in line for line in found.details[:1])


def test_isolation_says_what_it_is_made_of(look):
    found = look()["isolation"]

    assert found.what.split(":")[0] in set(Tier)


def test_everything_bad_comes_with_what_to_do(look, home, course):
    home.mkdir()
    (home / "quizapp.db").write_bytes(b"no database" * 100)
    write_course(course, {"cards/sums.yaml": "notes: 3\n"})

    bad = [finding for finding in look().values() if finding.state is State.BAD]
    assert len(bad) == 2
    assert all(finding.remedy for finding in bad)


@pytest.fixture
def answered_ahead(course, home):
    """A clock that is right again after a card was answered a year ahead of it."""
    clock = StandingClock()
    clock.pass_days(365)
    with Engine.open(course, home, clock) as engine:
        engine.answer("keyword", Rating.GOOD)
    clock.pass_days(-365)
    return clock


def test_answers_of_times_to_come_are_told_with_the_present_time(look, answered_ahead):
    found = look(clock=answered_ahead)["clock"]

    told = "1 answer with a time that has not come yet"
    assert (found.state, told in found.what) == (State.WEAK, True)
    assert f"it is {answered_ahead.now.astimezone():%Y-%m-%d %H:%M}" in found.what
    assert "--repair --clock-is-right" in found.remedy


def test_a_repair_leaves_answers_of_times_to_come_unless_the_clock_is_said_to_be_right(
    look, answered_ahead
):
    assert look(clock=answered_ahead, repair=True)["clock"].state is State.WEAK
    assert look(clock=answered_ahead, repair=True, clock_is_right=True)["clock"].state is State.OK
    assert "clock" not in look(clock=answered_ahead)


def test_answers_ahead_that_cannot_be_taken_back_are_told(look, home, answered_ahead):
    shutil.rmtree(home / "backups", ignore_errors=True)
    (home / "backups").write_text("in the way of copies", "utf-8")
    found = look(clock=answered_ahead, repair=True, clock_is_right=True)["clock"]

    assert (found.state, bool(found.remedy)) == (State.BAD, True)
    assert found.what.startswith("nothing could be taken back: ")


def test_a_clock_said_to_be_right_without_need_is_told_that_nothing_was_done(look, course, home):
    answer_a_card(course, home)
    found = look(repair=True, clock_is_right=True)["clock"]
    assert (found.state, "nothing was done" in found.what) == (State.OK, True)


def test_what_a_clock_that_was_ahead_left_is_taken_back_with_a_copy_that_is_named(
    look, home, answered_ahead
):
    found = look(clock=answered_ahead, repair=True, clock_is_right=True)["clock"]
    copy = found.what.partition("kept as ")[2]
    assert "taken back: 1 answer with" in found.what
    assert (home / "backups" / copy).is_file()


def test_data_that_are_out_of_reach_are_told_with_what_to_do(look, home):
    home.symlink_to(home.with_name("nowhere"))
    found = look()

    assert (found["data"].state, "leads nowhere" in found["data"].what) == (State.BAD, True)
    assert "store" not in found
