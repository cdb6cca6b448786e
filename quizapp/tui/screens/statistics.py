"""What was learned, page by page. Owns the pages' order, the span, and counting in the background.

Figures come from the engine, lines from `tui.figures`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from quizapp.errors import QuizappError
from quizapp.tui.keys import bindings
from quizapp.tui.screens.base import Activity
from quizapp.tui.text.markdown import Block
from quizapp.tui.widgets.meters import Waiting
from quizapp.tui.widgets.pagebar import PageBar
from quizapp.tui.widgets.prose import Prose
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine.types import Stats

_PAGES = (
    "overview",
    "retention",
    "memory",
    "habits",
    "decks",
    "exercises",
    "predictions",
)
_SPANS: tuple[int | None, ...] = (365, 30, None)
"""Study days that the figures of a span go back; None for all."""


class StatisticsScreen(Activity):
    """Seven pages of figures, counted once for each span."""

    CSS_PATH = Path(__file__).with_name("pages.tcss")
    AUTO_FOCUS: ClassVar[str | None] = "#figures-page"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "statistics",
        ("right,tab", "turn(1)", "Next page", "To the next page"),
        ("left,shift+tab", "turn(-1)", "Page before", "To the page before"),
        ("s", "span", "Span", "Figures of a year, of 30 days, of all days"),
        ("1", "open('overview')", "Overview", "Streak, what is coming, the year", "hidden"),
        ("2", "open('retention')", "Retention", "What was recalled, month by month", "hidden"),
        ("3", "open('memory')", "Memory", "How cards lie in memory, leeches", "hidden"),
        ("4", "open('habits')", "Habits", "Hours of the day, time spent", "hidden"),
        ("5", "open('decks')", "Decks", "How far each deck is", "hidden"),
        ("6", "open('exercises')", "Exercises", "Tries, passes, points", "hidden"),
        ("7", "open('predictions')", "Predictions", "How well recall was predicted", "hidden"),
    )

    class Counted(Message):
        """The figures are there, or could not be counted."""

        def __init__(
            self, span: int | None, stats: Stats | None, error: QuizappError | None
        ) -> None:
            super().__init__()
            self.span, self.stats, self.error = span, stats, error

    def __init__(self) -> None:
        super().__init__()
        self.stats: Stats | None = None
        self.present = _PAGES[0]
        self.span = _SPANS[0]

    def content(self) -> ComposeResult:
        """A heading, the names of the pages, and one scrolling page."""
        yield Static(id="heading")
        yield PageBar()
        yield Waiting(id="counting")
        with VerticalScroll(id="figures-page", can_focus=True):
            yield Prose(id="figures")

    def on_mount(self) -> None:
        """Count in the background; the frame is there at once."""
        self._draw()
        self._begin()

    async def on_resize(self) -> None:
        """Show as much as there is room for."""
        await super().on_resize()
        self._draw()

    def language_changed(self) -> None:
        """Draw anew."""
        super().language_changed()
        self._draw()

    def action_turn(self, step: int) -> None:
        """Open the page beside the present one; beyond the last comes the first."""
        self.action_open(_PAGES[(_PAGES.index(self.present) + step) % len(_PAGES)])

    def action_open(self, page: str) -> None:
        """Open a page from its top."""
        self.present = page
        self._draw()
        self.query_one("#figures-page", VerticalScroll).scroll_home(animate=False)

    def action_span(self) -> None:
        """Count over the next span; the figures of the last one stay until then."""
        self.span = _SPANS[(_SPANS.index(self.span) + 1) % len(_SPANS)]
        self._draw()
        self._begin()

    @on(PageBar.Picked)
    def _picked(self, event: PageBar.Picked) -> None:
        self.action_open(event.page)

    def _begin(self) -> None:
        self.query_one(Waiting).start(say("counting…"))
        self._count(self.span)

    @work(thread=True, exclusive=True, group="statistics")
    def _count(self, span: int | None) -> None:
        try:
            self.post_message(self.Counted(span, self.engine.stats(days=span), None))
        except QuizappError as error:
            self.post_message(self.Counted(span, None, error))

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        if event.span != self.span:
            return
        self.query_one(Waiting).stop()
        if event.error is not None:
            self.quiz.report(event.error)
        else:
            self.stats = event.stats
            self._draw()

    def _draw(self) -> None:
        heading = Content(say("Statistics")).stylize("bold")
        heading = heading.append(Content(f"   {_told(self.span)}").stylize("$quiet"))
        self.query_one("#heading", Static).update(heading)
        names = {page: say(page.capitalize()) for page in _PAGES}
        self.query_one(PageBar).show(
            [(page, str(place), names[page]) for place, page in enumerate(_PAGES, start=1)],
            self.present,
        )
        if self.stats is not None:
            width = max(40, self.app.size.width - 8)
            self.query_one("#figures", Prose).show_blocks(list(self._blocks(self.stats, width)))

    def _blocks(self, stats: Stats, width: int) -> Iterator[Block]:
        from quizapp.tui.figures import answers, holdings

        course, language = self.engine.course, self.engine.language
        match self.present:
            case "retention":
                return answers.retention(stats)
            case "memory":
                return holdings.memory(stats, width)
            case "habits":
                return answers.habits(stats, width)
            case "decks":
                decks = {deck.topic: deck.title.read_in(language) for deck in course.decks}
                return holdings.decks(stats, decks, width)
            case "exercises":
                rows = (row.exercise for row in stats.exercises)
                titles = {each.slug: each.title.read_in(language) for each in rows}
                return holdings.exercises(stats, titles)
            case "predictions":
                return answers.predictions(stats)
            case _:
                return answers.overview(stats, width)


def _told(span: int | None) -> str:
    return say("all days") if span is None else say("the last {n} days", n=span)
