"""`quizapp stats`. Owns how figures are told as text, JSON and pictures; the engine counts them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quizapp.cli import output
from quizapp.cli.exits import Exit
from quizapp.cli.options import Asked, asking
from quizapp.domain.reports import Json
from quizapp.domain.text import Language
from quizapp.errors import UsageError

if TYPE_CHECKING:
    from quizapp.engine import ExerciseRow, Stats
    from quizapp.study.answered import Buttons
    from quizapp.study.memories import Histogram
    from quizapp.study.statistics import Retention
    from quizapp.study.tries import ExerciseAttempts

_YEAR = 365
_LISTED = 5


@click.command("stats")
@click.argument("topics", nargs=-1, metavar="[TOPIC]…")
@click.option("--days", type=click.IntRange(1), metavar="N", help="The last N days; default: 365.")
@click.option("--all", "everything", is_flag=True, help="All days since the first answer.")
@click.option("--svg", type=click.Path(path_type=Path), metavar="FILE", help="Draw the charts.")
@click.option(
    "--png",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Likewise, as pixels; needs quizapp[plots].",
)
@click.option("--dark", is_flag=True, help="Draw light on dark.")
@asking
def stats_command(
    asked: Asked,
    *,
    topics: tuple[str, ...],
    days: int | None,
    everything: bool,
    svg: Path | None,
    png: Path | None,
    dark: bool,
) -> Exit:
    """Sum up what was learnt: streak, retention, memory, habits, what is coming.

    With TOPICs only their cards and exercises. --json gives every figure; docs/statistics.md says
    what the fields are.
    """
    if everything and days is not None:
        raise UsageError("quizapp stats", "--days and --all contradict each other", "name one")
    if dark and not (svg or png):
        raise UsageError("--dark", "there is nothing to draw", "add --svg FILE or --png FILE")
    with asked.open() as engine:
        stats = engine.stats(topics, None if everything else days or _YEAR)
        for file in (svg, png):
            if file is not None:
                engine.draw_stats(stats, file, pixels=file is png, dark=dark)
                output.note(f"wrote {file}")
        if asked.json:
            asked.show(stats_json(stats, engine.language), engine.language)
        elif not (svg or png):
            _show(stats)
    return Exit.DONE


def stats_json(stats: Stats, language: Language) -> dict[str, Json]:
    """Every figure; shares are 0 to 1, None where there is nothing to divide by."""
    told = output.plain(stats, language)
    assert isinstance(told, dict)
    told["retention"] = _rates(stats.retention)
    told["retention_in_span"] = _rates(stats.retention_in_span)
    told["months"] = [
        {
            "month": f"{month.month:%Y-%m}",
            **_rates(month.retention),
            "learning": month.learning,
            "learning_recalled": month.learning_recalled,
        }
        for month in stats.months
    ]
    told["forecast_months"] = [
        {"month": f"{month:%Y-%m}", "cards": cards} for month, cards in stats.forecast_months
    ]
    told["deck_answers"] = [
        {
            "topic": deck.topic,
            "answers": deck.answers,
            "milliseconds": deck.milliseconds,
            **_rates(deck.retention),
        }
        for deck in stats.deck_answers
    ]
    tried = {each.exercise: each for each in stats.attempts}
    told["exercises"] = [
        _exercise_json(row, tried[row.exercise.slug], language) for row in stats.exercises
    ]
    del told["attempts"]
    return told


def _rates(retention: Retention) -> dict[str, Json]:
    return {
        "rate": retention.rate,
        "young_rate": retention.young_rate,
        "mature_rate": retention.mature_rate,
        "young": retention.young,
        "young_recalled": retention.young_recalled,
        "mature": retention.mature,
        "mature_recalled": retention.mature_recalled,
    }


def _exercise_json(row: ExerciseRow, tried: ExerciseAttempts, language: Language) -> Json:
    figures = output.plain(tried, language)
    assert isinstance(figures, dict)
    figures["due"] = output.plain(row.schedule.due, language)
    return figures | {
        "state": row.state.value,
        "best_score": row.best_score,
        "max_score": row.max_score,
        "submissions": row.submissions,
    }


def _show(stats: Stats) -> None:
    for name, text in _lines(stats):
        output.data(f"{name:<10} {text}".rstrip())
    output.data("")
    rates = {deck.topic: deck.retention.rate for deck in stats.deck_answers}
    columns = ("deck", "cards", "new", "learning", "young", "mature", "suspended", "retention")
    output.table(
        columns,
        [
            (
                deck.topic,
                *_counts(
                    deck.cards, deck.new, deck.learning, deck.young, deck.mature, deck.suspended
                ),
                _percent(rates[deck.topic]),
            )
            for deck in stats.decks
        ],
    )


def _lines(stats: Stats) -> Iterator[tuple[str, str]]:
    """What there is to say in one line each: a name and its figures."""
    solved = sum(row.state == "solved" for row in stats.exercises)
    span = "ever" if stats.span is None else f"in {stats.span} days"
    yield "streak", f"{stats.streak.current} days, longest {stats.streak.longest}"
    minutes = stats.milliseconds_today / 60_000
    yield "today", f"{stats.answers_today} answers in {minutes:.0f} min"
    yield (
        "studied",
        f"{stats.days_studied} days, {stats.answers} answers, "
        f"{stats.milliseconds / 3_600_000:.1f} h {span}",
    )
    for name, retention in (("ever", stats.retention), (span, stats.retention_in_span)):
        if name != span or stats.span is not None:
            yield (
                "retention",
                f"{_percent(retention.rate)} {name} (young {_percent(retention.young_rate)}, "
                f"mature {_percent(retention.mature_rate)})",
            )
    if stats.calibration is not None:
        yield (
            "predicted",
            f"{stats.calibration.count} reviews {span}, log loss "
            f"{stats.calibration.log_loss:.3f}, RMSE (bins) {stats.calibration.rmse_bins:.3f}",
        )
    for state, pressed in stats.buttons.items():
        if pressed.answers:
            yield state, _buttons(pressed)
    if stats.times.median_ms is not None:
        yield "time", f"median {stats.times.median_ms / 1000:.1f} s an answer"
    memory = stats.memories
    yield "memory", f"{memory.known:.0f} cards would be recalled now"
    for name, found, unit in (
        ("interval", memory.intervals, "days"),
        ("stability", memory.stabilities, "days"),
        ("difficulty", memory.difficulties, "of 10"),
    ):
        if found.median is not None:
            yield name, _spread(found, unit)
    yield "exercises", f"{solved} of {len(stats.exercises)} solved"
    week = "  ".join(str(count) for count in stats.forecast[:7])
    yield (
        "coming up",
        f"{week}  in 7 days, {sum(stats.forecast)} in {len(stats.forecast)}; "
        f"{stats.backlog} are overdue",
    )
    if stats.leeches:
        named = ", ".join(f"{leech.card} ({leech.lapses}×)" for leech in stats.leeches[:_LISTED])
        rest = len(stats.leeches) - _LISTED
        yield "leeches", named + (f" and {rest} more" if rest > 0 else "")


def _buttons(pressed: Buttons) -> str:
    shares = ((name, getattr(pressed, name)) for name in ("again", "hard", "good", "easy"))
    told = "  ".join(f"{name} {count / pressed.answers:.0%}" for name, count in shares)
    return f"{told}  of {pressed.answers}"


def _spread(found: Histogram, unit: str) -> str:
    return f"median {found.median:.1f}, mean {found.mean:.1f} {unit}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _counts(*counts: int) -> tuple[str, ...]:
    return tuple(str(count) if count else "-" for count in counts)
