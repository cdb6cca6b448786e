"""What was learned. Owns the page's order; figures come from the engine, charts from `charts`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from quizapp.errors import QuizappError
from quizapp.tui.screens.base import Activity
from quizapp.tui.text import times
from quizapp.tui.text.markdown import Block
from quizapp.tui.widgets import charts
from quizapp.tui.widgets.prose import Prose
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine.types import Stats
    from quizapp.study.calibration import Calibration
    from quizapp.study.statistics import Retention

_BAR_HEIGHT = 4
_DECK_BAR = 24
_STAGES = (
    ("mature", "█", "$text-success"),
    ("young", "▓", "$text-primary"),
    ("learning", "▒", "$text-warning"),
    ("new", "░", "$faint"),
    ("suspended", "·", "$faint"),
)


class StatisticsScreen(Activity):
    """Streak, forecast, retention, a year, and how far each deck is."""

    CSS_PATH = Path(__file__).with_name("pages.tcss")
    AUTO_FOCUS: ClassVar[str | None] = "#figures-page"

    def content(self) -> ComposeResult:
        """A heading and one scrolling page."""
        yield Static(id="heading")
        with VerticalScroll(id="figures-page", can_focus=True):
            yield Prose(id="figures")

    def on_mount(self) -> None:
        """Count once; a change of width or language only draws anew."""
        self.stats: Stats | None = None
        try:
            self.stats = self.engine.stats()
        except QuizappError as error:
            self.quiz.report(error)
        self._draw()

    async def on_resize(self) -> None:
        """Show as many weeks as there is room for."""
        self._draw()

    def language_changed(self) -> None:
        """Draw anew."""
        super().language_changed()
        self._draw()

    def _draw(self) -> None:
        self.query_one("#heading", Static).update(Content(say("Statistics")).stylize("bold"))
        if self.stats is not None:
            width = max(40, self.app.size.width - 8)
            self.query_one("#figures", Prose).show_blocks(list(self._blocks(self.stats, width)))

    def _blocks(self, stats: Stats, width: int) -> Iterator[Block]:
        yield Block(_today(stats))
        yield from _section(say("Coming up, cards a day"), _forecast(stats.forecast))
        yield from _section(say("Retention"), _retention(stats.retention))
        if stats.calibration is not None:
            yield from _section(
                say("Predicted and recalled"), list(_calibration(stats.calibration))
            )
        weeks = min(53, width - 6)
        heat = charts.year(stats.heat_map.first, stats.heat_map.shades, weeks)
        total = sum(stats.heat_map.answers)
        note = Content(say("{n} answers in a year", n=total) + "   ").stylize("$quiet")
        yield from _section(say("The year"), [*heat, Content(""), note.append(charts.legend())])
        yield from _section(say("Decks"), list(self._decks(stats)))
        yield from _section(say("Exercises"), [_exercises(stats)])

    def _decks(self, stats: Stats) -> Iterator[Content]:
        titles = {deck.topic: deck.title for deck in self.engine.course.decks}
        names = [titles[deck.topic].read_in(self.engine.language) for deck in stats.decks]
        column = max((Content(name).cell_length for name in names), default=0) + 2
        for name, deck in zip(names, stats.decks, strict=True):
            parts = [(getattr(deck, stage), mark, style) for stage, mark, style in _STAGES]
            bar = charts.horizontal(parts, _DECK_BAR)
            told = f"  {deck.mature + deck.young}/{deck.cards}"
            label = Content(name)
            yield Content("").join(
                [label.pad_right(column - label.cell_length), bar, Content(told).stylize("$quiet")]
            )
        yield Content("")
        yield Content("   ").join(
            Content.assemble((mark, style), (f" {say(stage)}", "$quiet"))
            for stage, mark, style in _STAGES
        )


def _section(title: str, lines: list[Content]) -> Iterator[Block]:
    yield Block(Content(title).stylize("bold $text-primary"))
    yield Block(Content("\n").join(lines), gap=0)


def _today(stats: Stats) -> Content:
    streak = stats.streak
    return Content.assemble(
        ("▲ ", "$text-accent"),
        (say("{n}-day streak", n=streak.current), "bold $text-accent"),
        (f"  ({say('longest: {n}', n=streak.longest)})", "$quiet"),
        "     ",
        (f"{stats.answers_today} ", "bold"),
        say("answers today"),
        (f"  {times.duration(stats.milliseconds_today)}", "$quiet"),
    )


def _forecast(forecast: tuple[int, ...]) -> list[Content]:
    scale = "".join(f"{day:<10}" for day in range(0, len(forecast), 5))
    figures = say(
        "today {today}, tomorrow {tomorrow}, next 7 days {week}, next 30 days {month}",
        today=forecast[0],
        tomorrow=forecast[1],
        week=sum(forecast[:7]),
        month=sum(forecast),
    )
    return [
        *charts.bars(forecast, _BAR_HEIGHT, "$text-primary"),
        Content(scale).stylize("$quiet"),
        Content(figures).stylize("$quiet"),
    ]


def _retention(retention: Retention) -> list[Content]:
    rows = (
        (say("young"), retention.young_rate, retention.young_recalled, retention.young),
        (say("mature"), retention.mature_rate, retention.mature_recalled, retention.mature),
    )
    lines = []
    for name, rate, recalled, asked in rows:
        label = Content(name)
        label = label.pad_right(10 - label.cell_length)
        if rate is None:
            told = Content(say("no reviews yet")).stylize("$quiet")
        else:
            parts = [(recalled, "█", "$text-success"), (asked - recalled, "░", "$faint")]
            told = Content.assemble(
                charts.horizontal(parts, _DECK_BAR),
                (f"  {100 * rate:.0f} %", "bold"),
                (f"  {recalled}/{asked}", "$quiet"),
            )
        lines.append(label.append(told))
    return lines


def _calibration(measured: Calibration) -> Iterator[Content]:
    """Each band of predictions with what was recalled of it, drawn against what was predicted."""
    for shelf in measured.shelves:
        label = Content(f"{100 * shelf.predicted:3.0f} %  ")
        bar = charts.against(shelf.recalled, shelf.predicted, _DECK_BAR)
        told = Content.assemble(
            (f"  {100 * shelf.recalled:.0f} %", "bold"), (f"  {shelf.count}", "$quiet")
        )
        yield Content("").join([label, bar, told])
    figures = say(
        "{n} reviews of the last year   log loss {loss}   RMSE {rmse}   ┃ = as predicted",
        n=measured.count,
        loss=f"{measured.log_loss:.3f}",
        rmse=f"{measured.rmse_bins:.3f}",
    )
    yield Content(figures).stylize("$quiet")


def _exercises(stats: Stats) -> Content:
    states = [row.state.value for row in stats.exercises]
    solved, tried = states.count("solved"), states.count("tried")
    rest = len(states) - solved - tried
    parts = [(solved, "█", "$text-success"), (tried, "▒", "$text-warning"), (rest, "░", "$faint")]
    told = say("{solved} solved, {tried} tried, {rest} new", solved=solved, tried=tried, rest=rest)
    return Content.assemble(charts.horizontal(parts, _DECK_BAR), (f"  {told}", "$quiet"))
