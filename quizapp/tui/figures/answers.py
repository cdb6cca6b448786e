"""Pages about answers: overview, retention, habits, predictions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.content import Content

from quizapp.tui.figures.lines import BAR, bars, column, nothing, percent, section, table
from quizapp.tui.text import times
from quizapp.tui.text.markdown import Block
from quizapp.tui.widgets import charts
from quizapp.tui.words import say, say_n

if TYPE_CHECKING:
    from quizapp.engine.types import Stats
    from quizapp.study.calibration import Calibration
    from quizapp.study.statistics import Retention

_HEIGHT = 4
_BUTTONS = (
    ("again", "░", "$text-error"),
    ("hard", "▒", "$text-warning"),
    ("good", "▓", "$text-success"),
    ("easy", "█", "$text-primary"),
)


def overview(stats: Stats, width: int) -> Iterator[Block]:
    """Today, what is coming, the year."""
    streak = stats.streak
    yield Block(
        Content.assemble(
            ("▲ ", "$text-accent"),
            (say("{n}-day streak", n=streak.current), "bold $text-accent"),
            (f"  ({say('longest: {n}', n=streak.longest)})", "$quiet"),
            "     ",
            (f"{stats.answers_today} ", "bold"),
            say_n(stats.answers_today, "answers today", "answer today"),
            (f"  {times.duration(stats.milliseconds_today)}", "$quiet"),
        )
    )
    yield Block(
        Content(
            say(", ").join(
                [
                    say_n(stats.days_studied, "{n} days studied", "{n} day studied"),
                    say_n(stats.answers, "{n} answers", "{n} answer"),
                    times.duration(stats.milliseconds),
                ]
            )
        ).stylize("$quiet"),
        gap=0,
    )
    yield from section(say("Coming up, cards a day"), _forecast(stats))
    yield from section(say("Retention"), _retention(stats.retention))
    weeks = min(53, width - 6)
    heat = charts.year(stats.heat_map.first, stats.heat_map.shades, weeks, width - 6 - weeks)
    note = Content(
        say_n(sum(stats.heat_map.answers), "{n} answers in a year", "{n} answer in a year") + "   "
    )
    legend = note.stylize("$quiet").append(charts.legend())
    yield from section(say("The year"), [*heat, Content(""), legend])
    yield from section(say("Exercises"), [_exercises(stats)])


def retention(stats: Stats) -> Iterator[Block]:
    """What was recalled: in the span, by month, by maturity."""
    yield from section(
        say("Retention"),
        _retention(stats.retention_in_span),
        say("young: the memory holds less than 21 days"),
    )
    rows = []
    for month in reversed(stats.months):
        found = month.retention
        learned = month.learning_recalled / month.learning if month.learning else None
        rows.append(
            (
                f"{month.month:%Y-%m}",
                percent(found.young_rate),
                str(found.young),
                percent(found.mature_rate),
                str(found.mature),
                percent(found.rate),
                percent(learned),
                str(month.learning),
            )
        )
    heads = (
        say("month"),
        say("young"),
        say("of"),
        say("mature"),
        say("of"),
        say("both"),
        say("learning"),
        say("of"),
    )
    yield from section(say("Month by month"), table(heads, rows) if rows else [])
    pressed = []
    for state, buttons in stats.buttons.items():
        parts = [(getattr(buttons, name), mark, style) for name, mark, style in _BUTTONS]
        told = f"  {percent(buttons.rate)}  {buttons.answers}" if buttons.answers else ""
        pressed.append(
            Content("").join(
                [
                    column(say(state), 12),
                    charts.horizontal(parts, BAR),
                    Content(told).stylize("$quiet"),
                ]
            )
        )
    pressed.append(
        Content("   ").join(
            Content.assemble((mark, style), (f" {say(name.capitalize())}", "$quiet"))
            for name, mark, style in _BUTTONS
        )
    )
    yield from section(say("Ratings"), pressed, say("by what the card was; share not forgotten"))


def habits(stats: Stats, width: int) -> Iterator[Block]:
    """When, how long and how well."""
    hours = stats.hours
    scale = "".join(f"{hour:<6}" for hour in range(0, 24, 3))
    yield from section(
        say("Answers by hour of the day"),
        [
            *charts.bars([hour.answers for hour in hours], _HEIGHT, "$text-primary"),
            Content(scale).stylize("$quiet"),
        ]
        if stats.answers
        else [],
    )
    rows = [
        (
            f"{hour.hour:02d}:00",
            hour.rate or 0.0,
            f"{percent(hour.rate):>6}  " + say_n(hour.reviews, "{n} reviews", "{n} review"),
        )
        for hour in hours
        if hour.reviews
    ]
    lines = []
    for name, share, told in rows:
        label = column(name, 7)
        bar = charts.length(share, BAR, "$text-success")
        lines.append(Content("").join([label, bar, Content(f"  {told}").stylize("$quiet")]))
    yield from section(say("Retention by hour of the day"), lines)
    days = stats.days[-14:]
    spent = [times.duration(day.answer_ms) for day in reversed(days)]
    widest = max((Content(time).cell_length for time in spent), default=0)
    yield from section(
        say("Time a day"),
        bars(
            [
                (
                    f"{day.day:%m-%d} {say(day.kind.value)}",
                    day.answer_ms,
                    f"{column(time, widest, right=True)}  "
                    + say_n(day.answers, "{n} answers", "{n} answer"),
                )
                for day, time in zip(reversed(days), spent, strict=True)
            ]
        ),
        say("the last days studied"),
    )
    middle = stats.times.median_ms
    note = "" if middle is None else say("median of all: {time}", time=_seconds(middle))
    slowest = [
        (slow.card, _seconds(slow.median_ms), str(slow.answers)) for slow in stats.times.slowest
    ]
    heads = (say("card"), say("median"), say("answers"))
    yield from section(
        say("Slowest cards"), table(heads, slowest, width - 24) if slowest else [], note
    )


def predictions(stats: Stats) -> Iterator[Block]:
    """How well recall was predicted."""
    measured = stats.calibration
    if measured is None:
        yield from section(say("Predicted and recalled"), [])
        return
    yield from section(
        say("Predicted and recalled"), list(_shelves(measured)), say("┃ = as predicted")
    )
    figures = (
        (say("reviews"), str(measured.count), ""),
        (say("log loss"), f"{measured.log_loss:.3f}", say("0 is perfect, 0.693 a coin's")),
        (say("RMSE"), f"{measured.rmse_bins:.3f}", say("how far off on average; 0 is perfect")),
    )
    yield from section(
        say("How good that is"),
        [
            Content("").join([column(name, 12), column(value, 10), Content(told).stylize("$quiet")])
            for name, value, told in figures
        ],
    )
    yield Block(
        Content(
            say(
                "Bars longer than their mark: you know more than predicted. `quizapp optimize`"
                " fits the predictions to you."
            )
        ).stylize("$quiet")
    )


def _seconds(milliseconds: int) -> str:
    return say("{s} s", s=f"{milliseconds / 1000:.1f}")


def _forecast(stats: Stats) -> list[Content]:
    scale = "".join(f"{day:<10}" for day in range(0, len(stats.forecast), 5))
    figures = say(
        "today {today}, tomorrow {tomorrow}, next 7 days {week}, next 30 days {month}",
        today=stats.forecast[0],
        tomorrow=stats.forecast[1],
        week=sum(stats.forecast[:7]),
        month=sum(stats.forecast),
    )
    lines = [
        *charts.bars(stats.forecast, _HEIGHT, "$text-primary"),
        Content(scale).stylize("$quiet"),
        Content(figures).stylize("$quiet"),
    ]
    if stats.backlog:
        late = say_n(stats.backlog, "{n} of today's are overdue", "{n} of today's is overdue")
        lines.append(Content(late).stylize("$text-warning"))
    return lines


def _retention(found: Retention) -> list[Content]:
    rows = (
        (say("young"), found.young_rate, found.young_recalled, found.young),
        (say("mature"), found.mature_rate, found.mature_recalled, found.mature),
    )
    lines = []
    for name, rate, recalled, asked in rows:
        label = column(name, 10)
        if rate is None:
            lines.append(label.append(nothing()))
            continue
        parts = [(recalled, "█", "$text-success"), (asked - recalled, "░", "$faint")]
        lines.append(
            Content.assemble(
                label,
                charts.horizontal(parts, BAR),
                (f"  {percent(rate)}", "bold"),
                (f"  {recalled}/{asked}", "$quiet"),
            )
        )
    return lines


def _shelves(measured: Calibration) -> Iterator[Content]:
    """Each band of predictions with what was recalled of it, drawn against what was predicted."""
    for shelf in measured.shelves:
        yield Content.assemble(
            f"{100 * shelf.predicted:3.0f} %  ",
            charts.against(shelf.recalled, shelf.predicted, BAR),
            (f"  {100 * shelf.recalled:3.0f} %", "bold"),
            (f"  {shelf.count}", "$quiet"),
        )


def _exercises(stats: Stats) -> Content:
    states = [row.state.value for row in stats.exercises]
    solved, tried = states.count("solved"), states.count("tried")
    rest = len(states) - solved - tried
    parts = [(solved, "█", "$text-success"), (tried, "▒", "$text-warning"), (rest, "░", "$faint")]
    told = say("{solved} solved, {tried} tried, {rest} new", solved=solved, tried=tried, rest=rest)
    return Content.assemble(charts.horizontal(parts, BAR), (f"  {told}", "$quiet"))
