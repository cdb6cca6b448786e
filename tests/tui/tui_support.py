"""An app on the toy course, for the tests of the TUI."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from pathlib import Path

from engine_support import StandingClock, open_engine
from textual.pilot import Pilot
from textual.widgets import Static

from quizapp.engine import Engine
from quizapp.tui.app import QuizApp
from quizapp.tui.widgets.prose import Prose

SIZE = (80, 24)
PATIENCE_S = 60.0
"""Seconds until a judge that starts cold must have answered."""


class AppWithoutTerminal(QuizApp):
    """The app; without a terminal there is none to hand over to an editor."""

    def handed_over(self) -> AbstractContextManager[None]:
        return nullcontext()


def engine_asking(root: Path, *cards: str, clock: StandingClock | None = None) -> Engine:
    """An engine that asks only `cards`: all others are suspended."""
    engine = open_engine(root, clock or StandingClock())
    for card in engine.course.cards:
        if cards and card not in cards:
            engine.suspend(card)
    return engine


@asynccontextmanager
async def session(
    engine: Engine, topics: Sequence[str] | None = (), size: tuple[int, int] = SIZE
) -> AsyncIterator[Pilot[int]]:
    """The app, running, in a session of `topics`; at home when None."""
    app = AppWithoutTerminal(engine, topics)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot


def shown(pilot: Pilot[int], name: str) -> str:
    """The text of the widget `name`; empty while it is not displayed."""
    widget = pilot.app.screen.query_one(name)
    if not widget.display:
        return ""
    if isinstance(widget, Prose):
        return widget.plain
    assert isinstance(widget, Static)
    return str(getattr(widget.visual, "plain", widget.visual))


async def until(pilot: Pilot[int], happened: object) -> None:
    """Wait until the callable `happened` is true, or fail."""
    assert callable(happened)
    for _ in range(int(PATIENCE_S / 0.05)):
        if happened():
            return
        await pilot.pause(0.05)
    raise AssertionError(f"it did not happen within {PATIENCE_S} s")


async def typed(pilot: Pilot[int], text: str) -> None:
    """Type `text`, character by character."""
    names = {" ": "space", "(": "left_parenthesis", ")": "right_parenthesis", ",": "comma"}
    await pilot.press(*(names.get(character, character) for character in text))


def toasts(pilot: Pilot[int]) -> list[str]:
    """All notices shown so far."""
    return [f"{notice.title}: {notice.message}" for notice in pilot.app._notifications]
