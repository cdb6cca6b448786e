"""A learner at the real app, without a terminal, who does what stdin says; for `fault_table`.

`python -m scripts.tui_learner COURSE HOME` starts a session. Each line of stdin is a number: so
many cards are turned and rated, or less where the app does not take a rating. For each line one
object of JSON goes to stdout: how many answers the app has taken since it began, what it said
meanwhile, and for how many milliseconds at most it stood still. The end of stdin closes the app.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from quizapp.engine import Engine
from quizapp.errors import QuizappError
from quizapp.tui.app import QuizApp
from quizapp.tui.screens.study import StudyScreen

TICK_S = 0.02
PATIENCE_S = 4.0
"""How long a rating that was not taken is waited for."""


class Heart:
    """Beats while the app is alive.

    Attributes:
        stood_still_ms: the longest time between two beats, more than it should be.
    """

    def __init__(self) -> None:
        self.stood_still_ms = 0.0

    async def beat(self) -> None:
        """Go on for ever."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(TICK_S)
            late = time.perf_counter() - began - TICK_S
            self.stood_still_ms = max(self.stood_still_ms, 1000 * late)


class Talking(QuizApp):
    """The app, which also remembers its notices when they are gone."""

    def __init__(self, engine: Engine, topics: tuple[str, ...]) -> None:
        super().__init__(engine, topics)
        self.said: list[str] = []

    def notify(self, message: str, *, title: str = "", **options: Any) -> None:  # noqa: ANN401
        """Show a notice."""
        self.said.append(f"{title}: {message}" if title else message)
        super().notify(message, title=title, **options)


async def study(engine: Engine) -> None:
    """Do what stdin says."""
    app, heart = Talking(engine, ()), Heart()
    async with app.run_test(size=(80, 24)) as pilot:
        beating = asyncio.create_task(heart.beat())
        _tell({"answers": 0, "said": [], "frozen_ms": 0})
        while line := await asyncio.to_thread(sys.stdin.readline):
            heart.stood_still_ms = 0.0
            for _ in range(int(line)):
                await _answer(pilot)
            frozen = round(heart.stood_still_ms)
            _tell({"answers": _taken(pilot), "said": app.said, "frozen_ms": frozen})
            app.said = []
        beating.cancel()


def _taken(pilot: Pilot[int]) -> int:
    screen = pilot.app.screen
    return len(screen.session.answers) if isinstance(screen, StudyScreen) else -1


async def _answer(pilot: Pilot[int]) -> None:
    before = _taken(pilot)
    await pilot.press("space", "3")
    deadline = time.monotonic() + PATIENCE_S
    while _taken(pilot) == before and time.monotonic() < deadline:
        await pilot.pause(0.05)


def _tell(what: dict[str, object]) -> None:
    print(json.dumps(what), flush=True)


def main() -> int:
    """Study until stdin ends."""
    course, home = map(Path, sys.argv[1:])
    try:
        with Engine.open(course, home) as engine:
            engine.warm_judge = lambda: None  # type: ignore[method-assign] # nothing here is judged
            asyncio.run(study(engine))
    except QuizappError as error:
        _tell({"answers": 0, "said": [str(error)], "frozen_ms": 0})
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
