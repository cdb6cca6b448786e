"""The card browser: search, look, mark, and what is done to many cards at once."""

from contextlib import asynccontextmanager
from threading import Event
from time import sleep, tzset

import pytest
from engine_support import StandingClock, open_engine
from textual.widgets import Input, Static
from tui_support import AppWithoutTerminal, session, shown, until

from quizapp.domain.memory import ItemKind, Phase, Rating
from quizapp.domain.text import Language
from quizapp.engine.columns import Sort
from quizapp.tui.screens.browser import BrowserScreen
from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.widgets.hitrow import ColumnBar
from quizapp.tui.widgets.hits import HitList
from quizapp.tui.words import speak


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch):
    """Times of answers are shown as the wall has them."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        tzset()
        yield
    tzset()


@pytest.fixture
def engine(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        yield engine


@asynccontextmanager
async def browser(engine, query="", size=(80, 24)):
    """The browser, with what `query` finds."""
    app = AppWithoutTerminal(engine, None)
    async with app.run_test(size=size) as pilot:
        app.open_browser(query)
        await pilot.pause()
        await found(pilot)
        yield pilot


async def found(pilot):
    """Wait until nothing is searched for and nothing is done."""
    await until(pilot, lambda: isinstance(pilot.app.screen, BrowserScreen))
    screen = pilot.app.screen
    await until(pilot, lambda: not (screen._searching or screen.busy))
    await pilot.pause(0.1)


def hits(pilot):
    return pilot.app.screen.query_one(HitList)


def lines(pilot):
    """What the list shows."""
    shown_hits = hits(pilot)
    strips = [shown_hits.render_line(y) for y in range(shown_hits.size.height)]
    return [" ".join(strip.text.split()) for strip in strips if strip.text.strip()]


def schedule(engine, card):
    return engine.store.schedule(ItemKind.CARD, card)


async def test_home_opens_the_browser_with_all_cards_and_escape_comes_back(engine):
    async with session(engine, None) as pilot:
        await pilot.press("b")
        await found(pilot)
        assert list(hits(pilot).ids) == list(engine.course.cards)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HomeScreen)


async def test_a_line_says_state_memory_and_flag(engine):
    engine.answer("keyword", Rating.EASY)
    engine.mark(["keyword"], flag=5)
    async with browser(engine, "keyword keeps") as pilot:
        (line,) = lines(pilot)
        assert line.startswith("5 Which keyword keeps")
        assert "sums review" in line
        assert f"{schedule(engine, 'keyword').memory.stability:.1f}" in line


async def test_what_is_typed_is_searched_for_while_it_is_typed(engine):
    async with browser(engine) as pilot:
        await pilot.press("slash", *"tag:shape")
        await until(pilot, lambda: list(hits(pilot).ids) == ["len-is-axis-0"])
        assert pilot.app.screen.focused.id == "query"
        await pilot.press("enter")
        await found(pilot)
        assert pilot.app.screen.focused is hits(pilot)


async def test_a_wrong_query_says_what_is_wrong_and_keeps_the_list(engine):
    async with browser(engine, "keyword") as pilot:
        pilot.app.screen.query_one("#query", Input).value = "is:lerning"
        await until(pilot, lambda: "no such state" in shown(pilot, "#told"))
        assert "did you mean learning" in shown(pilot, "#told")
        assert list(hits(pilot).ids) == ["keyword"]


async def test_the_card_at_the_cursor_is_shown_with_its_history(engine):
    engine.answer("keyword", Rating.AGAIN, answer_ms=4200)
    async with browser(engine, "keyword") as pilot:
        await until(pilot, lambda: "Which keyword" in shown(pilot, "#card"))
        page = shown(pilot, "#card")
        assert "keepdim" in page
        assert "Again" in page
        assert "4.2 s" in page
        assert "N0 § Sums" in page


async def test_moving_shows_another_card(engine):
    async with browser(engine, "deck:sums") as pilot:
        await pilot.press("j", "j")
        await until(pilot, lambda: "zeros(3, 4).sum(0)" in shown(pilot, "#card"))
        assert "✓" in shown(pilot, "#card")
        await pilot.press("end", "k", "up", "home")
        assert hits(pilot).cursor == 0


async def test_enter_shows_the_card_on_the_whole_screen_and_escape_the_list_again(engine):
    async with browser(engine) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert not hits(pilot).region.size.area
        await pilot.press("escape")
        await pilot.pause()
        assert hits(pilot).region.size.area
        assert isinstance(pilot.app.screen, BrowserScreen)


async def test_marked_cards_are_suspended_together_and_one_undo_lets_them_in_again(engine):
    async with browser(engine, "deck:sums") as pilot:
        await pilot.press("space", "space", "s")
        await found(pilot)
        suspended = [card for card in engine.course.cards if schedule(engine, card).suspended]
        assert suspended == ["keep-dim/c1", "keep-dim/c2"]
        assert shown(pilot, "#told") == "✓ suspended: 2"
        await pilot.press("u")
        await found(pilot)
        assert not any(schedule(engine, card).suspended for card in engine.course.cards)


async def test_the_same_key_lets_suspended_cards_in_again(engine):
    engine.mark(["keyword"], suspended=True)
    async with browser(engine, "keyword") as pilot:
        await pilot.press("s")
        await found(pilot)
        assert not schedule(engine, "keyword").suspended


async def test_all_hits_are_marked_and_unmarked_by_one_key(engine):
    async with browser(engine, "deck:sums") as pilot:
        await pilot.press("asterisk")
        assert len(hits(pilot).marked) == 5
        assert "5 marked" in shown(pilot, "#heading")
        await pilot.press("asterisk")
        assert not hits(pilot).marked


async def test_a_mark_that_is_no_hit_any_more_is_gone(engine):
    async with browser(engine, "deck:sums") as pilot:
        await pilot.press("asterisk")
        pilot.app.screen.query_one("#query", Input).value = "keyword"
        await until(pilot, lambda: len(hits(pilot).ids) == 1)
        assert hits(pilot).marked == {"keyword"}


async def test_buried_and_flagged_by_key(engine):
    async with browser(engine, "keyword") as pilot:
        await pilot.press("b")
        await found(pilot)
        await pilot.press("f")
        await pilot.pause()
        await pilot.press("4")
        await found(pilot)
        after = schedule(engine, "keyword")
        assert (after.flag, after.buried_until > engine.today()) == (4, True)


async def test_who_flags_several_cards_is_told_how_many(engine):
    async with browser(engine, "deck:sums") as pilot:
        several = len(hits(pilot).ids)
        await pilot.press("asterisk", "f")
        await pilot.pause()
        question = pilot.app.screen.query_one("#flag-box Static", Static)
        assert str(question.visual) == f"Flag {several} cards: 0 to 7"


async def test_a_reset_asks_first_and_can_be_taken_back(engine):
    before = engine.answer("keyword", Rating.EASY)
    async with browser(engine, "keyword") as pilot:
        await pilot.press("r")
        await pilot.pause()
        await pilot.press("escape")
        await found(pilot)
        assert schedule(engine, "keyword") == before
        await pilot.press("r")
        await pilot.pause()
        await pilot.press("y")
        await found(pilot)
        assert schedule(engine, "keyword").phase is Phase.NEW
        await pilot.press("u")
        await found(pilot)
        assert schedule(engine, "keyword") == before


async def test_a_day_is_typed_and_asked_again_while_it_makes_no_sense(engine):
    before = engine.answer("keyword", Rating.EASY)
    async with browser(engine, "keyword") as pilot:
        await pilot.press("d")
        await pilot.pause()
        await pilot.press(*"soon", "enter")
        await pilot.pause()
        assert "that is no day" in shown(pilot, "#hint")
        pilot.app.screen.query_one(Input).value = "+5"
        await pilot.press("enter")
        await found(pilot)
        assert (schedule(engine, "keyword").due - before.due).days == 5


async def test_the_day_of_a_new_card_is_not_moved_and_why_is_said(engine):
    async with browser(engine, "sum-shape") as pilot:
        await pilot.press("d")
        await pilot.pause()
        await pilot.press(*"+5", "enter")
        await found(pilot)
        told = "day moved: 0; new, so without a day to move: 1"
        await until(pilot, lambda: told in shown(pilot, "#told"))


async def test_a_reset_that_was_answered_since_is_not_taken_back(engine):
    engine.answer("keyword", Rating.EASY)
    async with browser(engine, "keyword") as pilot:
        await pilot.press("r")
        await pilot.pause()
        await pilot.press("y")
        await found(pilot)
        after = engine.answer("keyword", Rating.GOOD)
        await pilot.press("u")
        await found(pilot)
        assert schedule(engine, "keyword") == after


async def test_the_list_is_sorted_by_key_and_by_a_click_on_a_column(engine):
    engine.answer("keyword", Rating.EASY)
    engine.answer("sum-shape", Rating.GOOD)
    async with browser(engine, "-is:new") as pilot:
        for _ in range(4):
            await pilot.press("o")
        await found(pilot)
        assert pilot.app.screen.sort is Sort.DUE
        assert list(hits(pilot).ids) == ["sum-shape", "keyword"]
        await pilot.press("O")
        await found(pilot)
        assert list(hits(pilot).ids) == ["keyword", "sum-shape"]
        columns = pilot.app.screen.query_one(ColumnBar)
        await pilot.click(columns, offset=(columns.size.width - 2, 0))
        await found(pilot)
        assert pilot.app.screen.sort is Sort.LAPSES


async def test_a_long_list_reads_only_what_is_in_sight(engine, monkeypatch):
    asked = []
    rows = engine.rows
    monkeypatch.setattr(engine, "rows", lambda ids: asked.extend(ids) or rows(ids))
    async with browser(engine) as pilot:
        hits(pilot).show([f"none-{number}" for number in range(100_000)])
        await pilot.pause(0.2)
        await pilot.press("end")
        await pilot.pause(0.2)
        assert hits(pilot).cursor == 99_999
        assert len(set(asked)) < 200


async def test_the_browser_speaks_chinese_at_once(engine):
    async with browser(engine, "keyword") as pilot:
        await pilot.press("l")
        await found(pilot)
        assert "哪个关键字" in lines(pilot)[0]
        assert "1 张" in shown(pilot, "#heading")
        engine.language = Language.EN
        speak(Language.EN)


async def test_an_orphan_is_listed_with_its_history(engine):
    engine.answer("keyword", Rating.GOOD)
    deck = engine.course_file("cards/sums.yaml")
    deck.write_text(deck.read_text().replace("id: keyword", "id: the-word"))
    for name in ("exercise.yaml", "near_misses/clamps.py"):
        file = engine.course_file(f"exercises/sums/double/{name}")
        file.write_text(file.read_text().replace("keyword", "the-word"))
    engine.reload_course()
    async with browser(engine, "is:orphan") as pilot:
        assert lines(pilot)[0].startswith("keyword (no longer in")
        assert "Good" in shown(pilot, "#card")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_list_and_card_both_have_room(engine, size):
    async with browser(engine, size=size) as pilot:
        page = pilot.app.screen.query_one("#preview")
        assert hits(pilot).size.width >= 70
        assert hits(pilot).size.height >= 8
        assert page.size.height >= 5
        assert page.size.width >= 36


async def test_a_newer_question_does_not_wait_for_a_long_search(engine, monkeypatch):
    async with browser(engine) as pilot:
        whole, running = engine.each_hit, Event()

        def endless(query, topics=()):
            while query == "slow":
                running.set()
                sleep(0.001)
                yield "keyword"
            yield from whole(query, topics)

        monkeypatch.setattr(engine, "each_hit", endless)
        query = pilot.app.screen.query_one("#query", Input)
        query.value = "slow"
        await until(pilot, running.is_set)
        await until(pilot, lambda: hits(pilot).present == "keyword")
        query.value = "tag:shape"
        await until(pilot, lambda: list(hits(pilot).ids) == ["len-is-axis-0"])


async def test_keys_on_the_whole_page_go_to_the_next_card(engine):
    async with browser(engine, "deck:sums") as pilot:
        await pilot.press("enter", "j", "j")
        await until(pilot, lambda: "zeros(3, 4).sum(0)" in shown(pilot, "#card"))
        await pilot.press("k", "escape")
        await pilot.pause()
        assert hits(pilot).present == "keep-dim/c2"


async def test_the_note_is_edited_and_read_again(engine, monkeypatch, tmp_path):
    script = tmp_path / "editor"
    script.write_text('#!/bin/sh\nsed -i "s/Which keyword keeps/Which word keeps/" "$2"\n')
    script.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(script))
    async with browser(engine, "keyword") as pilot:
        await pilot.press("e")
        await until(pilot, lambda: lines(pilot)[0].startswith("Which word keeps"))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_browser_beside_a_card(engine, snap_compare, size):
    engine.answer("keyword", Rating.AGAIN, answer_ms=4200)
    engine.answer("sum-shape", Rating.EASY)
    engine.mark(["keyword"], flag=3)

    async def marked(pilot):
        await found(pilot)
        await pilot.press("end", "k", "space", "k")
        await pilot.pause(0.2)

    app = AppWithoutTerminal(engine, query="")
    assert snap_compare(app, terminal_size=size, run_before=marked)
