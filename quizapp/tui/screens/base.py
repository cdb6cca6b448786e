"""What screens have in common. Owns the frame: key bar, too-small notice, ways back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Static

from quizapp.tui.widgets.keybar import KeyBar
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine import Engine
    from quizapp.tui.app import QuizApp

NARROWEST, LOWEST = 80, 24
"""Columns and rows that every screen has room in."""


class TooSmall(Static):
    """Covers a screen that has less room than 80 × 24 cells; what is below keeps its state."""

    def render(self) -> str:
        """How large the terminal is, and how large it should be."""
        width, height = self.app.size
        return say(
            "This window is {width}×{height}.\nquizapp needs {w}×{h}: enlarge it, or make its"
            " letters smaller.",
            width=width,
            height=height,
            w=NARROWEST,
            h=LOWEST,
        )


class Activity(Screen[None]):
    """A screen for one activity: `content` above the key bar."""

    AUTO_FOCUS: ClassVar[str | None] = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape", "leave", "Back", tooltip="Back to the screen before", id="activity.leave"
        ),
    ]

    def compose(self) -> ComposeResult:
        """The frame around `content`."""
        # The classes of the breakpoints beforehand: Textual sets them at the first resize, which
        # would style the whole tree a second time before anything is painted.
        width, height = self.app.size
        steps = ((width, self.app.HORIZONTAL_BREAKPOINTS), (height, self.app.VERTICAL_BREAKPOINTS))
        for size, breakpoints in steps:
            fitting = [name for least, name in breakpoints or () if size >= least]
            self.add_class(*fitting[-1:], update=False)
        with Container(id="content"):
            yield from self.content()
        yield KeyBar()

    @property
    def covered(self) -> bool:
        """Whether the window is too small to show anything but that."""
        return self.app.size.width < NARROWEST or self.app.size.height < LOWEST

    async def on_resize(self) -> None:
        """Cover everything while the window is too small."""
        if self.covered and not self.query(TooSmall):
            await self.mount(TooSmall(id="too-small"))

    def content(self) -> ComposeResult:
        """The widgets of the screen."""
        yield from ()

    def language_changed(self) -> None:
        """Show everything anew in the language spoken now; subclasses add their own."""
        self.query_one(KeyBar).refresh()
        for notice in self.query(TooSmall):
            notice.refresh()

    def action_leave(self) -> None:
        """Back to the screen before."""
        self.quiz.go_back()

    @property
    def quiz(self) -> QuizApp:
        """The app, by its own type."""
        return cast("QuizApp", self.app)

    @property
    def engine(self) -> Engine:
        """The engine that everything is asked of."""
        return self.quiz.engine
