"""`quizapp optimize --simulate`. Owns its words on the terminal; the engine has the figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from quizapp.cli import output
from quizapp.cli.asked import Asked
from quizapp.cli.fitting import progress
from quizapp.cli.words import Say, saying
from quizapp.domain.reports import Json
from quizapp.errors import Phrase, UsageError, as_phrase

if TYPE_CHECKING:
    from quizapp.engine.simulating import Simulated
    from quizapp.study.simulation import Outcome


def simulate(
    asked: Asked,
    *,
    days: int | None,
    retentions: str | None,
    new_per_day: int | None,
    at_end: Callable[[], None],
) -> None:
    """Simulate and tell what came of it.

    Args:
        asked: how the command was called.
        days: None for a year.
        retentions: as written, with commas or blanks between; None for the usual ones.
        new_per_day: None for as it is set.
        at_end: called before anything is told.

    Raises:
        UsageError: an argument is no number, or out of range.
    """
    from quizapp.engine.simulating import YEAR

    wanted = _read(retentions)
    with asked.open() as engine:
        say = saying(engine.language)
        on_step = progress(say("simulating"))
        try:
            found = engine.simulate(
                YEAR if days is None else days, wanted, new_per_day=new_per_day, on_step=on_step
            )
        finally:
            at_end()
        if asked.json:
            asked.show(_as_json(found), engine.language)
        else:
            _show(found, say)


def _read(text: str | None) -> tuple[float, ...]:
    """The retentions that are written: 0.9 or 90%."""
    if text is None:
        return ()
    from quizapp.study.settings import SPECS

    spec = SPECS["desired_retention"]
    words = text.replace(",", " ").split()
    if not words:
        raise UsageError("--retention", "it names none", "write them like 0.8,0.85,0.9")
    try:
        return tuple(spec.parse(word) for word in words)
    except ValueError as error:
        raise UsageError(
            "--retention", str(error), Phrase("use {form}", form=as_phrase(spec.form))
        ) from None


def _as_json(found: Simulated) -> Json:
    return {
        "days": found.days,
        "cards": found.cards,
        "new": found.new,
        "new_per_day": found.limits.new,
        "reviews_per_day": found.limits.reviews,
        "known": _rounded(found.known),
        "known_without_study": _rounded(found.left_alone),
        "answers": found.answers,
        "fitted": found.fitted,
        "present": found.present,
        "cheapest": found.cheapest,
        "retentions": [
            {
                "retention": each.retention,
                "reviews_a_day": _rounded(each.reviews_a_day),
                "minutes_a_day": _rounded(each.minutes_a_day),
                "new": _rounded(each.new),
                "known": _rounded(each.known),
                "minutes_per_known": None
                if each.minutes_per_known is None
                else _rounded(each.minutes_per_known),
                "waiting": _rounded(each.waiting),
            }
            for each in found.outcomes
        ],
    }


def _rounded(value: float) -> float:
    return round(value, 4)


def _show(found: Simulated, say: Say) -> None:
    told = say(
        "{days} days of study, simulated: {cards} cards in memory, {new} new ones; at most {of_new}"
        " new cards and {of_reviews} reviews a day",
        days=found.days,
        cards=found.cards,
        new=found.new,
        of_new=found.limits.new,
        of_reviews=found.limits.reviews,
    )
    output.data(told)
    usual = say("the parameters are yours") if found.fitted else say("the parameters are usual")
    whose = say("ratings and seconds as in your {n} answers", n=found.answers)
    if not found.answers:
        whose = say("ratings and seconds of an average learner")
    output.data(say("{parameters}; {habits}", parameters=usual, habits=whose))
    heads = (
        say("retention"),
        say("reviews"),
        say("minutes"),
        say("known"),
        say("min/known"),
        say("min/more"),
        "",
    )
    output.table(heads, _rows(found, say))
    output.data(say("reviews and minutes: a day, on average; known: cards, at the end"))
    if found.cards:
        told = say(
            "{known} cards are known now; without any study it would be {alone} at the end",
            known=f"{found.known:.0f}",
            alone=f"{found.left_alone:.0f}",
        )
        output.data(told)
    if len(found.rows) > 1:
        output.data(say("min/more: minutes for each card known more than in the row above"))
    if any(each.waiting >= 1 for each in found.rows):
        output.data(say("* reviews are left over at the end: the limit of a day is too low"))
    if found.limits.of_topics:
        output.data(say("limits of single topics are left out"))


def _rows(found: Simulated, say: Say) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    before: Outcome | None = None
    for each in found.rows:
        marks = []
        if each.retention == found.cheapest:
            marks.append(say("cheapest"))
        if each.retention == found.present:
            marks.append(say("in use"))
        left = "*" if each.waiting >= 1 else ""
        cost = each.minutes_per_known
        more = each.minutes_per_more(before) if before else None
        rows.append(
            (
                f"{each.retention:.4g}",
                f"{each.reviews_a_day:.1f}{left}",
                f"{each.minutes_a_day:.1f}",
                f"{each.known:.0f}",
                "-" if cost is None else f"{cost:.2f}",
                "-" if more is None else f"{more:.1f}",
                ", ".join(marks),
            )
        )
        before = each
    return rows
