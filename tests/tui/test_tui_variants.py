"""An exercise that comes back as a variant, on its screen."""

from datetime import timedelta

import pytest
from engine_support import RIGHT, StandingClock, open_engine
from tui_support import session, shown, until
from variant_support import COLUMN, COLUMN_RIGHT, changed

from quizapp.domain.memory import ItemKind
from quizapp.tui.screens.exercise import ExerciseScreen


@pytest.fixture
def engine(tmp_path):
    """An engine on the day on which `double`, once solved, has come up again."""
    clock = StandingClock()
    with open_engine(tmp_path, clock, changed(COLUMN)) as opened:
        opened.submit("double", RIGHT, "double.py").result()
        clock.now = opened.store.schedule(ItemKind.EXERCISE, "double").due + timedelta(hours=8)
        yield opened


async def opened(pilot, source: bytes = b"") -> ExerciseScreen:
    pilot.app.open_exercise("double")
    await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))
    await pilot.pause()
    if source:
        pilot.app.screen.query_one("#code").text = source.decode()
        await pilot.pause()
    return pilot.app.screen


async def test_the_screen_shows_task_and_starter_of_the_variant_and_what_is_different(engine):
    async with session(engine, None) as pilot:
        screen = await opened(pilot)
        told = shown(pilot, "#task")
        assert "This is variant column:" in told
        assert "Columns are doubled." in told
        assert "Write twice(y)." in told
        assert screen.query_one("#code").text == engine.asked("double").starter


async def test_a_draft_of_the_base_is_left_alone(engine, own_home):
    drafts = own_home / "drafts"
    drafts.mkdir(parents=True)
    (drafts / "double.py").write_bytes(RIGHT)

    async with session(engine, None) as pilot:
        await opened(pilot, COLUMN_RIGHT)
        await pilot.press("f3", "escape", "escape")
        await pilot.pause()

    assert (drafts / "double.py").read_bytes() == RIGHT
    assert (drafts / "double.column.py").read_bytes() == COLUMN_RIGHT


async def test_the_old_solution_is_told_what_the_variant_asks_for(engine):
    async with session(engine, None) as pilot:
        screen = await opened(pilot, RIGHT)
        await pilot.press("f5")
        await until(pilot, lambda: screen.result is not None)
        assert "Columns are doubled." in shown(pilot, "#results")


async def test_a_solved_variant_is_recorded_as_the_exercise(engine):
    async with session(engine, None) as pilot:
        screen = await opened(pilot, COLUMN_RIGHT)
        await pilot.press("f6")
        await pilot.pause()
        await pilot.press("y")
        await until(pilot, lambda: screen.result is not None)
    assert engine.store.schedule(ItemKind.EXERCISE, "double").reps == 2
