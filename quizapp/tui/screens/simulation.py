"""What a desired retention costs, by studying on for days that are only simulated.

Owns the span, the new cards a day that are tried, and simulating in the background; changes
nothing. Figures come from the engine, lines from `tui.figures`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from quizapp.errors import QuizappError
from quizapp.tui.keys import bindings
from quizapp.tui.screens.base import Activity
from quizapp.tui.widgets.meters import Waiting
from quizapp.tui.widgets.prose import Prose
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine.simulating import Simulated

SPANS = (365, 730, 1825, 90)
"""Days that can be simulated, in the order in which a key goes through them."""

_STEP, _MOST = 5, 9999


class _LeftError(Exception):
    """Nobody waits for this simulation any more."""


class SimulationScreen(Activity):
    """A table and a curve; counted again for another span or other new cards a day."""

    CSS_PATH = Path(__file__).with_name("pages.tcss")
    AUTO_FOCUS: ClassVar[str | None] = "#figures-page"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "simulation",
        ("s", "span", "Span", "Study for a year, 2 years, 5 years, 90 days"),
        ("plus,equals_sign", "new(1)", "More new", "Try 5 more new cards a day"),
        ("minus", "new(-1)", "Fewer new", "Try 5 fewer new cards a day"),
        ("l", "app.language", "中文", "Switch between English and Chinese", "hidden"),
    )

    class Came(Message):
        """The simulation has come this far, 0 to 1."""

        def __init__(self, asked: tuple[int, int], share: float) -> None:
            super().__init__()
            self.asked, self.share = asked, share

    class Done(Message):
        """The figures are there, or could not be had."""

        def __init__(
            self, asked: tuple[int, int], found: Simulated | None, error: QuizappError | None
        ) -> None:
            super().__init__()
            self.asked, self.found, self.error = asked, found, error

    def __init__(self) -> None:
        super().__init__()
        self.found: Simulated | None = None
        self._days = SPANS[0]
        self._new = 0

    def content(self) -> ComposeResult:
        """A heading, a sign of life, and one scrolling page."""
        yield Static(id="heading")
        yield Waiting(id="counting")
        with VerticalScroll(id="figures-page", can_focus=True):
            yield Prose(id="figures")

    def on_mount(self) -> None:
        """Simulate in the background; the frame is there at once."""
        self._new = self.engine.limits.new
        self._begin()

    def language_changed(self) -> None:
        """Draw anew."""
        super().language_changed()
        self._draw()

    def action_span(self) -> None:
        """Study for the next span; the figures of the last one stay until then."""
        self._days = SPANS[(SPANS.index(self._days) + 1) % len(SPANS)]
        self._begin()

    def action_new(self, way: int) -> None:
        """Try more or fewer new cards a day."""
        former, self._new = self._new, min(max(0, self._new + way * _STEP), _MOST)
        if self._new != former:
            self._begin()

    @property
    def _asked(self) -> tuple[int, int]:
        return self._days, self._new

    def _begin(self) -> None:
        self.query_one(Waiting).start(say("simulating…"))
        self._draw()
        self._simulate(self._asked)

    @work(thread=True, exclusive=True, group="simulation")
    def _simulate(self, asked: tuple[int, int]) -> None:
        worker, (days, new) = get_current_worker(), asked

        def came(share: float) -> None:
            if worker.is_cancelled:
                raise _LeftError
            self.post_message(self.Came(asked, share))

        try:
            found = self.engine.simulate(days, new_per_day=new, on_step=came)
        except _LeftError:
            return
        except QuizappError as error:
            self.post_message(self.Done(asked, None, error))
        else:
            self.post_message(self.Done(asked, found, None))

    @on(Came)
    def _came(self, event: Came) -> None:
        if event.asked == self._asked and event.share < 1:
            percent = f"{100 * event.share:.0f}"
            self.query_one(Waiting).sentence = say("simulating… {percent} %", percent=percent)

    @on(Done)
    def _done(self, event: Done) -> None:
        if event.asked != self._asked:
            return
        self.query_one(Waiting).stop()
        if event.error is not None:
            self.quiz.report(event.error)
        else:
            self.found = event.found
            self._draw()

    def _draw(self) -> None:
        heading = Content(say("What a retention costs")).stylize("bold")
        span = say("{n} days, {new} new cards a day", n=self._days, new=self._new)
        heading = heading.append(Content(f"   {span}").stylize("$quiet"))
        self.query_one("#heading", Static).update(heading)
        if self.found is not None:
            from quizapp.tui.figures.simulated import page

            self.query_one("#figures", Prose).show_blocks(list(page(self.found)))
