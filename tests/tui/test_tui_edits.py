"""The browser changing notes and keeping searches: tags, find and replace, duplicates."""

import pytest
from engine_support import StandingClock, open_engine
from test_tui_browser import browser, found, hits, schedule
from textual import events
from textual.widgets import Input, OptionList
from tui_support import session, shown, toasts, typed, until

from quizapp.engine.making import Draft
from quizapp.tui.screens.browser import BrowserScreen
from quizapp.tui.screens.replace import ReplaceScreen
from quizapp.tui.screens.saved import SavedSearches
from quizapp.tui.widgets.chooser import Chooser


@pytest.fixture
def engine(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        yield engine


@pytest.fixture
def own(engine):
    """Two cards of one's own."""
    drafts = (Draft(front="A tensor?", back="tensor", tags=("old",)), Draft(front="Two", back="b"))
    return [engine.add_card(draft).id for draft in drafts]


async def write(pilot, name, text):
    pilot.app.screen.query_one(f"#{name}", Input).value = text
    screen = pilot.app.screen
    await until(pilot, lambda: screen.plan is not None or "✗" in shown(pilot, "#told"))


async def test_a_search_is_saved_by_name_and_run_later(engine):
    async with browser(engine, "keyword") as pilot:
        await pilot.press("v", "s", *"mine", "enter")
        await until(pilot, lambda: engine.saved_searches() == {"mine": "keyword"})
        await pilot.press("escape", "slash")
        await typed(pilot, "s")
        await pilot.press("escape", "v", "enter")
        await found(pilot)
        assert pilot.app.screen.query_one("#query", Input).value == "saved:mine"
        assert list(hits(pilot).ids) == ["keyword"]


async def test_a_saved_search_is_renamed_and_forgotten(engine):
    engine.save_search("a", "keyword")
    async with browser(engine) as pilot:
        await pilot.press("v", "r", *"b c", "enter")
        await until(pilot, lambda: list(engine.saved_searches()) == ["b c"])
        await pilot.press("d")
        await until(pilot, lambda: not engine.saved_searches())
        assert "Forgotten: keyword" in toasts(pilot)[-1]


async def test_a_session_is_chosen_by_a_saved_search_whose_name_is_completed(engine):
    engine.save_search("mine", "keyword")
    async with session(engine, None) as pilot:
        await pilot.press("c", *"sav")
        line = pilot.app.screen.query_one("#search", Input)
        await until(pilot, lambda: line._suggestion == "saved:mine")
        await pilot.press("right")
        await until(pilot, lambda: "1 card" in shown(pilot, "#found"))
        assert line.value == "saved:mine"


async def test_a_name_that_makes_no_sense_is_asked_again(engine):
    async with browser(engine, "keyword") as pilot:
        await pilot.press("v", "s")
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = 'a"b'
        await pilot.press("enter")
        assert "no name for a search" in shown(pilot, "#hint")


async def test_nothing_is_saved_where_nothing_is_searched_for(engine):
    async with browser(engine) as pilot:
        await pilot.press("v", "s")
        await pilot.pause()
        assert isinstance(pilot.app.screen, SavedSearches)
        assert not pilot.app.screen.query_one(OptionList).display


async def test_duplicates_are_found_by_a_key_and_stand_together(engine):
    twin = engine.add_card(Draft(front="what does LEN(X) give?", back="b")).id
    async with browser(engine) as pilot:
        await pilot.press("x")
        await found(pilot)
        assert list(hits(pilot).ids) == ["len-is-axis-0", twin]
        await pilot.press("x")
        await found(pilot)
        assert len(hits(pilot).ids) > 2


async def test_tags_are_given_and_taken_off_and_one_undo_puts_them_back(engine, own):
    async with browser(engine, f"{own[0]}") as pilot:
        await pilot.press("t")
        await pilot.press(*"new", "comma", *"-old", "enter")
        await found(pilot)
        assert engine.card(own[0]).note.tags == ("new",)
        assert shown(pilot, "#told") == "✓ tagged: 1"
        await pilot.press("u")
        await found(pilot)
        assert engine.card(own[0]).note.tags == ("old",)


async def test_cards_of_the_course_are_not_tagged_and_it_is_said_why(engine):
    async with browser(engine, "keyword") as pilot:
        await pilot.press("t", *"new", "enter")
        await found(pilot)
        assert "its authors' to change" in " ".join(toasts(pilot)[-1].split())


async def test_a_change_is_shown_before_it_is_made_and_taken_back_at_once(engine, own):
    async with browser(engine) as pilot:
        await pilot.press("h")
        await pilot.pause()
        await write(pilot, "find", "tensor")
        await write(pilot, "put", "array")
        await until(pilot, lambda: "+ A array?" in shown(pilot, "#shown"))
        assert "cards of your own: 1, places: 2" in shown(pilot, "#told")
        assert engine.card(own[0]).note.front.en == "A tensor?"
        await pilot.press("ctrl+s")
        await found(pilot)
        assert engine.card(own[0]).note.front.en == "A array?"
        await pilot.press("u")
        await found(pilot)
        assert engine.card(own[0]).note.front.en == "A tensor?"


async def test_marked_cards_alone_are_changed(engine, own):
    async with browser(engine, "tensor") as pilot:
        await pilot.press("space", "h")
        await pilot.pause()
        assert "1 marked" in shown(pilot, "#heading")
        assert len(pilot.app.screen.cards) == 1


async def test_what_would_change_cards_of_the_course_is_told_and_not_made(engine):
    async with browser(engine) as pilot:
        await pilot.press("h")
        await pilot.pause()
        await write(pilot, "find", "axis")
        assert "only its authors change: " in shown(pilot, "#told")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ReplaceScreen)
        assert "not yours to change" in toasts(pilot)[-1]


async def test_a_pattern_that_makes_no_sense_is_told_and_left_standing(engine, own):
    async with browser(engine) as pilot:
        await pilot.press("h")
        await pilot.pause()
        pilot.app.screen.query_one("#how", Chooser).value = "pattern"
        await write(pilot, "find", "(")
        assert "makes no sense" in shown(pilot, "#told")
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, BrowserScreen)


async def test_a_flag_typed_together_with_its_key_is_given(engine):
    async with browser(engine, "keyword") as pilot:
        for key in "f2":
            pilot.app.post_message(events.Key(key, key))
        await until(pilot, lambda: schedule(engine, "keyword").flag == 2)


async def test_a_day_typed_together_with_its_key_is_taken(engine):
    from quizapp.domain.memory import Rating

    before = engine.answer("keyword", Rating.EASY)
    async with browser(engine, "keyword") as pilot:
        for key, letter in (("d", "d"), ("plus", "+"), ("5", "5"), ("enter", None)):
            pilot.app.post_message(events.Key(key, letter))
        await until(pilot, lambda: (schedule(engine, "keyword").due - before.due).days == 5)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_form_fits_and_its_changes_have_room(engine, own, size):
    async with browser(engine, size=size) as pilot:
        await pilot.press("h")
        await pilot.pause()
        await write(pilot, "find", "tensor")
        changes = pilot.app.screen.query_one("#changes")
        assert changes.region.height >= 8
        assert changes.region.bottom <= size[1]
