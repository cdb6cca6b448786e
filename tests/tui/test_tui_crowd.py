"""A session beside other processes: one that writes and does not finish, one that answers first."""

import sqlite3
from contextlib import closing

import pytest
from engine_support import open_engine
from tui_support import engine_asking, session, shown, toasts, until

from quizapp.domain.memory import Rating
from quizapp.tui.session import Stage

BASIC = "len-is-axis-0"


@pytest.fixture
def engine(tmp_path):
    with engine_asking(tmp_path, BASIC) as engine:
        yield engine


def answers(engine):
    return [review for review in engine.store.reviews() if review.rating is not None]


async def test_a_rating_given_while_another_process_writes_is_saved_when_that_is_done(engine):
    async with session(engine) as pilot:
        await pilot.press("space")
        with closing(sqlite3.connect(engine.store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await pilot.press("3")
            assert any("Another quizapp is writing" in told for told in toasts(pilot))
            assert (answers(engine), pilot.app.screen.stage) == ([], Stage.ANSWERED)
            other.execute("ROLLBACK")
        await until(pilot, lambda: answers(engine))
        assert [answer.rating for answer in answers(engine)] == [Rating.GOOD]


async def test_the_last_rating_given_while_waiting_counts_and_only_once(engine):
    async with session(engine) as pilot:
        await pilot.press("space")
        with closing(sqlite3.connect(engine.store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await pilot.press("3", "3", "1")
            other.execute("ROLLBACK")
        await until(pilot, lambda: answers(engine))
        assert [answer.rating for answer in answers(engine)] == [Rating.AGAIN]


async def test_a_card_answered_by_another_process_meanwhile_is_not_counted_twice(engine, tmp_path):
    async with session(engine) as pilot:
        await pilot.press("space")
        with open_engine(tmp_path, clock=engine.clock) as other:
            other.answer(BASIC, Rating.EASY)
        await pilot.press("3")
        assert [answer.rating for answer in answers(engine)] == [Rating.EASY]
        assert any("answered in another window" in told for told in toasts(pilot))
        assert pilot.app.screen.stage is not Stage.ANSWERED
        assert shown(pilot, "#heading")


async def test_a_rating_into_a_file_that_is_gone_is_told_and_not_taken(engine):
    async with session(engine) as pilot:
        await pilot.press("space")
        engine.store.path.rename(engine.store.path.with_name("elsewhere.db"))
        await pilot.press("3")
        assert any("while it was open" in told for told in toasts(pilot))
        assert pilot.app.screen.stage is Stage.ANSWERED
