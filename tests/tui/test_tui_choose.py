"""The form that chooses what to study."""

import pytest
from engine_support import StandingClock
from tui_support import engine_asking, session, shown, toasts, typed, until

from quizapp.domain.memory import Rating
from quizapp.engine import Mode
from quizapp.tui.screens.choose import ChooseScreen
from quizapp.tui.screens.study import StudyScreen


@pytest.fixture
def engine(tmp_path):
    with engine_asking(tmp_path, clock=StandingClock()) as engine:
        engine.answer("keyword", Rating.EASY)
        yield engine


def rows(pilot) -> list[str]:
    return [option.prompt.plain for option in pilot.app.screen.query_one("#modes").options]


async def found(pilot, text: str) -> None:
    """Wait until the form says `text` about what it found."""
    await until(pilot, lambda: text in shown(pilot, "#found"))


async def test_home_leads_to_the_form_which_counts_all_cards(engine):
    async with session(engine, None) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, ChooseScreen))
        await found(pilot, "9 cards")
        assert [row.split()[-1] for row in rows(pilot)] == ["8", "1", "9"]


async def test_a_search_counts_before_anything_starts(engine):
    async with session(engine, None) as pilot:
        await pilot.press("c")
        await typed(pilot, "keeps")
        await found(pilot, "3 cards")
        assert [row.split()[-1] for row in rows(pilot)] == ["2", "1", "3"]


async def test_a_cram_of_chosen_cards_begins_from_the_list(engine):
    async with session(engine, None) as pilot:
        await pilot.press("c")
        await typed(pilot, "keeps")
        await found(pilot, "3 cards")
        await pilot.press("enter", "down", "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, StudyScreen))
        assert pilot.app.screen.sitting.selection.mode is Mode.CRAM
        await until(pilot, lambda: "3 left" in shown(pilot, "#heading"))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: pilot.app.screen.query("#decks"))


async def test_a_tag_and_an_exercise_choose_cards(engine):
    async with session(engine, None) as pilot:
        await pilot.press("c", "tab")
        await typed(pilot, "shape")
        await found(pilot, "1 card meets")
        await pilot.press("ctrl+u", "tab")
        await typed(pilot, "double")
        await found(pilot, "2 cards")


async def test_what_makes_no_sense_is_told_with_what_would(engine):
    async with session(engine, None) as pilot:
        await pilot.press("c", "tab", "tab")
        await typed(pilot, "duble")
        await found(pilot, "double")
        await pilot.press("enter", "enter")
        assert isinstance(pilot.app.screen, ChooseScreen)


async def test_a_way_without_cards_begins_nothing(tmp_path):
    with engine_asking(tmp_path) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("c")
            await found(pilot, "9 cards")
            await pilot.press("enter", "down", "enter")
            await until(pilot, lambda: toasts(pilot))
            assert "no card" in toasts(pilot)[0]
            assert isinstance(pilot.app.screen, ChooseScreen)


async def test_another_language_shows_at_once_in_the_form(engine):
    async with session(engine, None) as pilot:
        await pilot.press("c")
        await found(pilot, "9 cards")
        await pilot.press("ctrl+l")
        assert "选择卡片" in shown(pilot, "#heading")
        assert "突击" in rows(pilot)[2]


async def test_a_search_that_makes_no_sense_is_told_in_chinese(engine):
    async with session(engine, None) as pilot:
        await pilot.press("c", "ctrl+l")
        await typed(pilot, "flag:9")
        await found(pilot, "✗ flag:9：没有这个标记")
