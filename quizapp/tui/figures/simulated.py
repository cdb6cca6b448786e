"""The page of a simulation: what a desired retention takes and what it gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from quizapp.tui.figures.lines import section, table
from quizapp.tui.text.markdown import Block
from quizapp.tui.widgets import charts
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine.simulating import Simulated
    from quizapp.study.simulation import Outcome

_HEIGHT = 4
_CELLS = 2
_PERCENTS = range(70, 100)
_SCALE = 5


def page(found: Simulated) -> Iterator[Block]:
    """What there is to begin with, a table, and the cost over all retentions."""
    told = say(
        "{days} days; {cards} cards in memory, {new} new; a day at most {of_new} new, {of_reviews}"
        " reviews",
        days=found.days,
        cards=found.cards,
        new=found.new,
        of_new=found.limits.new,
        of_reviews=found.limits.reviews,
    )
    whose = say("ratings and seconds as in your {n} answers", n=found.answers)
    if not found.answers:
        whose = say("ratings and seconds of an average learner")
    yield Block(Content(told))
    yield Block(Content(whose).stylize("$quiet"), gap=0)
    yield Block(Content("\n").join(_table(found)))
    notes = [say("minutes/more: for each card known more than in the row above")]
    if any(each.waiting >= 1 for each in found.rows):
        notes.append(say("* reviews are left over at the end: the limit of a day is too low"))
    if found.limits.of_topics:
        notes.append(say("limits of single topics are left out"))
    yield Block(Content("\n".join(notes)).stylize("$quiet"), gap=0)
    yield from section(say("Minutes for a card known"), _curve(found.outcomes, found.cheapest))
    if not found.cards:
        return
    told = say(
        "Known now: {known}. Without any study it would be {alone} at the end.",
        known=f"{found.known:.0f}",
        alone=f"{found.left_alone:.0f}",
    )
    yield Block(Content(told).stylize("$quiet"), gap=0)


def _table(found: Simulated) -> list[Content]:
    heads = (
        say("retention"),
        say("reviews/day"),
        say("minutes/day"),
        say("known"),
        say("minutes/known"),
        say("minutes/more"),
        "",
    )
    rows: list[Sequence[str]] = []
    before: Outcome | None = None
    for each in found.rows:
        marks = [say("cheapest")] if each.retention == found.cheapest else []
        marks += [say("in use")] if each.retention == found.present else []
        cost = each.minutes_per_known
        more = each.minutes_per_more(before) if before else None
        rows.append(
            (
                f"{100 * each.retention:.4g} %",
                f"{each.reviews_a_day:.1f}{'*' if each.waiting >= 1 else ''}",
                f"{each.minutes_a_day:.1f}",
                f"{each.known:.0f}",
                "-" if cost is None else f"{cost:.2f}",
                "-" if more is None else f"{more:.1f}",
                ", ".join(marks),
            )
        )
        before = each
    lines = table(heads, rows)
    best = [each.retention for each in found.rows].index(found.cheapest) if found.cheapest else -1
    return [
        line.stylize("bold") if number == best + 1 and best >= 0 else line
        for number, line in enumerate(lines)
    ]


def _curve(outcomes: Sequence[Outcome], cheapest: float | None) -> list[Content]:
    """The cost at each retention that was simulated, with a mark below the cheapest."""
    costs = {
        round(100 * each.retention): round(1000 * each.minutes_per_known)
        for each in outcomes
        if each.minutes_per_known is not None
    }
    if not costs or cheapest is None:
        return []
    label = _CELLS * _SCALE
    scale = "".join(f"{percent:<{label}}" for percent in _PERCENTS[::_SCALE])
    mark = " " * (_CELLS * _PERCENTS.index(round(100 * cheapest)))
    return [
        *charts.bars(
            [costs.get(percent, 0) for percent in _PERCENTS], _HEIGHT, "$text-primary", _CELLS
        ),
        Content(f"{scale}%").stylize("$quiet"),
        Content(f"{mark}▲ {say('cheapest')}").stylize("$text-accent"),
    ]
