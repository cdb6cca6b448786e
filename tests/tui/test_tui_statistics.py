"""The pages of the statistics screen."""

from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from engine_support import NOON, StandingClock, open_engine
from textual.content import Content
from tui_support import session, shown

from quizapp.domain.memory import Rating
from quizapp.domain.text import Language
from quizapp.tui.figures.lines import bars, column, table
from quizapp.tui.widgets.meters import Waiting
from quizapp.tui.widgets.pagebar import PageBar

PAGES = {
    "1": "Coming up, cards a day",
    "2": "Month by month",
    "3": "Stability, days",
    "4": "Answers by hour of the day",
    "5": "Shapes",
    "6": "Double it",
    "7": "Predicted and recalled",
}


@pytest.fixture
def engine(tmp_path):
    """An engine with two months of answers behind it."""
    clock = StandingClock(NOON - timedelta(days=60))
    with open_engine(tmp_path, clock) as opened:
        for day in range(60):
            if day % 4 == 0:
                opened.answer("keyword", Rating.AGAIN if day % 16 == 0 else Rating.GOOD)
                opened.answer("len-is-axis-0", Rating.GOOD, answer_ms=7000)
            clock.pass_days(1)
        yield opened


@asynccontextmanager
async def statistics(engine, size=(80, 24)):
    async with session(engine, None, size) as pilot:
        await pilot.press("t")
        await settled(pilot)
        yield pilot


async def settled(pilot):
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


@pytest.mark.parametrize(("key", "told"), PAGES.items())
async def test_each_page_has_a_key(engine, key, told):
    async with statistics(engine) as pilot:
        await pilot.press(key)
        assert told in shown(pilot, "#figures")


async def test_the_last_page_is_followed_by_the_first(engine):
    async with statistics(engine) as pilot:
        await pilot.press("7", "right")
        assert PAGES["1"] in shown(pilot, "#figures")
        await pilot.press("shift+tab")
        assert PAGES["7"] in shown(pilot, "#figures")


async def test_a_click_on_its_name_opens_a_page(engine):
    async with statistics(engine) as pilot:
        await pilot.click(PageBar, offset=(14, 0))
        assert PAGES["2"] in shown(pilot, "#figures")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_no_line_is_wider_than_the_screen(engine, language, size):
    engine.language = language
    async with statistics(engine, size) as pilot:
        for key in PAGES:
            await pilot.press(key)
            lines = shown(pilot, "#figures").splitlines()
            said = [line for line in lines if "optimize" not in line]  # prose may be folded
            assert max(Content(line).cell_length for line in said) <= size[0] - 5, key


async def test_names_of_all_pages_have_room(engine):
    async with statistics(engine) as pilot:
        bar = pilot.app.screen.query_one(PageBar)
        assert bar.render().cell_length - 1 <= bar.size.width


async def test_another_span_counts_anew(engine):
    async with statistics(engine) as pilot:
        assert "15 days studied, 30 answers" in shown(pilot, "#figures")
        await pilot.press("s")
        await settled(pilot)
        assert "the last 30 days" in shown(pilot, "#heading")
        assert "7 days studied, 14 answers" in shown(pilot, "#figures")


async def test_there_is_a_sign_of_life_while_it_counts(engine, monkeypatch):
    import threading

    go, count = threading.Event(), engine.stats
    monkeypatch.setattr(engine, "stats", lambda **words: go.wait(30) and count(**words))
    async with session(engine, None) as pilot:
        await pilot.press("t")
        await pilot.pause()
        try:
            assert pilot.app.screen.query_one(Waiting).display
            assert "Overview" in pilot.app.screen.query_one(PageBar).render().plain
        finally:
            go.set()
        await settled(pilot)
        assert not pilot.app.screen.query_one(Waiting).display


async def test_a_learner_without_answers_sees_every_page(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with statistics(engine) as pilot:
            for key in PAGES:
                await pilot.press(key)
                assert shown(pilot, "#figures").strip()


def test_columns_of_chinese_characters_are_aligned():
    lines = table(("卡片", "n"), [("keyword", "1"), ("学习率", "12345"), ("x" * 50, "2")])
    assert {line.cell_length for line in lines} == {32 + 2 + 5}


def test_a_text_that_is_too_long_is_cut_to_its_column():
    assert column("一二三四五", 7).cell_length == 7


def test_bars_begin_in_one_column():
    lines = bars([("学", 4, "4"), ("abc", 1, "1")])
    assert [Content(line.plain.split("█")[0]).cell_length for line in lines] == [5, 5]


async def test_times_of_different_length_stand_below_each_other(engine):
    engine.answer("keyword", Rating.GOOD, answer_ms=600_000)
    async with statistics(engine) as pilot:
        await pilot.press("4")
        lines = [line for line in shown(pilot, "#figures").splitlines() if " card " in line]
        assert {" min" in line for line in lines} == {True, False}
        assert len({line.index(" answer") for line in lines}) == 1


async def test_two_figures_of_a_line_are_apart_by_a_chinese_comma(engine):
    engine.language = Language.ZH
    async with statistics(engine) as pilot:
        assert "天，" in shown(pilot, "#figures")
