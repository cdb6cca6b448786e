"""What a desired retention costs, in the app."""

from datetime import timedelta

import pytest
from engine_support import NOON, StandingClock, open_engine
from tui_support import SIZE, AppWithoutTerminal, session, shown, until

from quizapp.domain.memory import Rating
from quizapp.tui.screens.settings import SettingsScreen
from quizapp.tui.screens.simulation import SimulationScreen


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    """Spans of weeks: years take seconds."""
    monkeypatch.setattr("quizapp.tui.screens.simulation.SPANS", (30, 60))


async def opened(pilot):
    """Open the simulation from the settings, and wait for its figures."""
    await pilot.press("o", "s")
    await figures(pilot)


async def figures(pilot):
    screen = pilot.app.screen
    assert isinstance(screen, SimulationScreen)
    await until(pilot, lambda: screen.found and not screen.query_one("#counting").display)


def studied(tmp_path):
    """An engine whose learner has answered two cards a month ago."""
    clock = StandingClock(NOON - timedelta(days=30))
    engine = open_engine(tmp_path, clock)
    for card in ("keyword", "len-is-axis-0"):
        engine.answer(card, Rating.EASY)
    clock.pass_days(30)
    return engine


async def test_every_retention_has_its_row_and_the_cheapest_is_named(tmp_path):
    with studied(tmp_path) as engine:
        async with session(engine, None) as pilot:
            await opened(pilot)
            told = shown(pilot, "#figures")

            assert "30 days; 2 cards in memory, 7 new;" in told
            for each in engine.simulate(30).rows:
                assert f"{each.minutes_per_known:.2f}" in told
            rows = [line for line in told.splitlines() if " % " in line]
            assert sum("cheapest" in row for row in rows) == 1
            assert [row.split()[0] for row in rows if "in use" in row] == ["90"]


async def test_the_span_and_the_new_cards_a_day_can_be_tried(tmp_path):
    with studied(tmp_path) as engine:
        async with session(engine, None) as pilot:
            await opened(pilot)
            await pilot.press("s", "minus")
            await pilot.pause()
            assert "60 days, 5 new cards a day" in shown(pilot, "#heading")
            await figures(pilot)

            found = pilot.app.screen.found
            assert (found.days, found.limits.new) == (60, 5)
            assert engine.settings.new_per_day == 10


async def test_new_cards_a_day_do_not_fall_below_none(tmp_path):
    with studied(tmp_path) as engine:
        engine.change_setting("new_per_day", "3")
        async with session(engine, None) as pilot:
            await opened(pilot)
            await pilot.press("minus", "minus")
            await figures(pilot)

            assert pilot.app.screen.found.limits.new == 0


async def test_leaving_ends_the_simulation(tmp_path, monkeypatch):
    monkeypatch.setattr("quizapp.tui.screens.simulation.SPANS", (3650,))
    ended = []
    with studied(tmp_path) as engine:
        really = engine.simulate

        def simulate(*args, **options):
            try:
                return really(*args, **options)
            except BaseException:
                ended.append("before its time")
                raise
            finally:
                ended.append("ended")

        monkeypatch.setattr(engine, "simulate", simulate)
        async with session(engine, None) as pilot:
            await pilot.press("o", "s")
            await pilot.pause()
            await pilot.press("escape")
            await pilot.pause()

            assert isinstance(pilot.app.screen, SettingsScreen)
            await until(pilot, lambda: "ended" in ended)
            assert ended == ["before its time", "ended"]


async def test_the_language_changes_at_once(tmp_path):
    with studied(tmp_path) as engine:
        async with session(engine, None) as pilot:
            await opened(pilot)
            await pilot.press("l")
            await pilot.pause()

            assert "记忆率的代价" in shown(pilot, "#heading")
            assert "最省" in shown(pilot, "#figures")


def test_the_simulation(tmp_path, snap_compare):
    with studied(tmp_path) as engine:
        assert snap_compare(AppWithoutTerminal(engine), terminal_size=SIZE, run_before=opened)
