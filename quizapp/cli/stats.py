"""`quizapp stats`. Owns how figures are told as text, JSON and pictures; the engine counts them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quizapp.cli import output
from quizapp.cli.asked import Asked
from quizapp.cli.exits import Exit
from quizapp.cli.options import asking
from quizapp.cli.words import Say, saying
from quizapp.domain.reports import Json
from quizapp.domain.text import Language
from quizapp.errors import UsageError

if TYPE_CHECKING:
    from quizapp.engine import ExerciseRow, Stats
    from quizapp.study.answered import Buttons
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
                output.note(saying(engine.language)("wrote {file}", file=file))
        if asked.json:
            asked.show(stats_json(stats, engine.language), engine.language)
        elif not (svg or png):
            _show(stats, saying(engine.language))
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


def _show(stats: Stats, say: Say) -> None:
    for name, text in _lines(stats, say):
        output.data(f"{name}{' ' * (10 - output.width(name))} {text}".rstrip())
    output.data("")
    rates = {deck.topic: deck.retention.rate for deck in stats.deck_answers}
    columns = ("deck", "cards", "new", "learning", "young", "mature", "suspended", "retention")
    output.table(
        [say(column, of="phase") for column in columns],
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


def _lines(stats: Stats, say: Say) -> Iterator[tuple[str, str]]:
    """What there is to say in one line each: a name and its figures."""
    streak = stats.streak
    yield (
        say("streak"),
        say(
            "{n} days, longest {longest}",
            one="{n} day, longest {longest}",
            n=streak.current,
            longest=streak.longest,
        ),
    )
    minutes = f"{stats.milliseconds_today / 60_000:.0f}"
    one = "{n} answer in {min} min"
    yield say("today"), say("{n} answers in {min} min", one=one, n=stats.answers_today, min=minutes)
    span = say("ever") if stats.span is None else say("in {n} days", one="in {n} day", n=stats.span)
    yield (
        say("studied"),
        say(
            "{days}, {answers}, {hours} h {span}",
            days=say("{n} days", one="{n} day", n=stats.days_studied),
            answers=say("{n} answers", one="{n} answer", n=stats.answers),
            hours=f"{stats.milliseconds / 3_600_000:.1f}",
            span=span,
        ),
    )
    yield say("retention"), _retention(stats.retention, say("ever"), say)
    if stats.span is not None:
        yield say("retention"), _retention(stats.retention_in_span, span, say)
    if stats.calibration is not None:
        yield (
            say("predicted"),
            say(
                "{n} reviews {span}, log loss {loss}, RMSE (bins) {rmse}",
                one="{n} review {span}, log loss {loss}, RMSE (bins) {rmse}",
                n=stats.calibration.count,
                span=span,
                loss=f"{stats.calibration.log_loss:.3f}",
                rmse=f"{stats.calibration.rmse_bins:.3f}",
            ),
        )
    for state, pressed in stats.buttons.items():
        if pressed.answers:
            # Of cards: exercises that are new have another word.
            yield say("new card") if state == "new" else say(state), _buttons(pressed, say)
    yield from _memory(stats, say)
    solved = sum(row.state == "solved" for row in stats.exercises)
    yield say("exercises"), say("{n} of {m} solved", n=solved, m=len(stats.exercises))
    yield (
        say("coming up"),
        say(
            "{week}  in 7 days, {sum} in {days}; {backlog} overdue",
            week="  ".join(str(count) for count in stats.forecast[:7]),
            sum=sum(stats.forecast),
            days=len(stats.forecast),
            backlog=stats.backlog,
        ),
    )
    if stats.leeches:
        named = ", ".join(f"{leech.card} ({leech.lapses}×)" for leech in stats.leeches[:_LISTED])
        rest = len(stats.leeches) - _LISTED
        yield say("leeches"), named + (say(" and {n} more", n=rest) if rest > 0 else "")


def _retention(found: Retention, span: str, say: Say) -> str:
    return say(
        "{rate} {span} (young {young}, mature {mature})",
        rate=_percent(found.rate),
        span=span,
        young=_percent(found.young_rate),
        mature=_percent(found.mature_rate),
    )


def _memory(stats: Stats, say: Say) -> Iterator[tuple[str, str]]:
    if stats.times.median_ms is not None:
        median = f"{stats.times.median_ms / 1000:.1f}"
        yield say("time"), say("median {s} s an answer", s=median)
    memory = stats.memories
    yield say("memory"), _known(round(memory.known), say)
    for name, found, told in (
        (say("interval"), memory.intervals, say("median {median}, mean {mean} days")),
        (say("stability"), memory.stabilities, say("median {median}, mean {mean} days")),
        (say("difficulty"), memory.difficulties, say("median {median}, mean {mean} of 10")),
    ):
        if found.median is not None:
            yield name, told.format(median=f"{found.median:.1f}", mean=f"{found.mean:.1f}")


def _known(count: int, say: Say) -> str:
    one = "{n} card would be recalled now"
    return say("{n} cards would be recalled now", one=one, n=count)


def _buttons(pressed: Buttons, say: Say) -> str:
    shares = ((name, getattr(pressed, name)) for name in ("again", "hard", "good", "easy"))
    told = "  ".join(
        f"{say(name.capitalize()).lower()} {count / pressed.answers:.0%}" for name, count in shares
    )
    return told + "  " + say("of {n}", n=pressed.answers)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _counts(*counts: int) -> tuple[str, ...]:
    return tuple(str(count) if count else "-" for count in counts)
