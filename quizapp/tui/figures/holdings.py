"""Pages about what there is: memory, decks, exercises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from textual.content import Content

from quizapp.tui.figures.lines import BAR, bars, column, percent, section, table
from quizapp.tui.text import times
from quizapp.tui.text.markdown import Block
from quizapp.tui.widgets import charts
from quizapp.tui.words import say, say_n

if TYPE_CHECKING:
    from quizapp.engine.types import Stats
    from quizapp.study.memories import Histogram

_LEECHES, _DECKS = 20, 200
_FIGURES = (9, 10, 9)
"""Cells of the three figures of a deck."""

_STAGES = (
    ("mature", "█", "$text-success"),
    ("young", "▓", "$text-primary"),
    ("learning", "▒", "$text-warning"),
    ("new", "░", "$faint"),
    ("suspended", "·", "$faint"),
)


def memory(stats: Stats, width: int) -> Iterator[Block]:
    """How the cards lie in memory now, and when they come up."""
    found = stats.memories
    known = say_n(
        round(found.known), "{n} cards would be recalled now", "{n} card would be recalled now"
    )
    yield from section(
        say("Chance of recall now"),
        _bars(found.chances, "{a}–{b} %", 100),
        known,
    )
    for title, histogram in (
        (say("Stability, days"), found.stabilities),
        (say("Intervals, days"), found.intervals),
    ):
        yield from section(title, _bars(histogram), _middle(histogram))
    yield from section(
        say("Difficulty, 1 to 10"), _bars(found.difficulties), _middle(found.difficulties)
    )
    months = [(f"{month:%Y-%m}", cards, str(cards)) for month, cards in stats.forecast_months]
    yield from section(
        say("Coming up, cards a month"), bars(months), say("today and overdue first")
    )
    leeches = [
        (leech.card, str(leech.lapses), say("suspended") if leech.suspended else "")
        for leech in stats.leeches[:_LEECHES]
    ]
    rest = len(stats.leeches) - _LEECHES
    heads = (say("card"), say("lapses"), "")
    yield from section(
        say("Leeches"),
        table(heads, leeches, width - 24) if leeches else [Content(say("none"))],
        say("and {n} more", n=rest) if rest > 0 else "",
    )


def decks(stats: Stats, titles: Mapping[str, str], width: int) -> Iterator[Block]:
    """How far each deck is, and how well it is recalled."""
    shown = stats.decks[:_DECKS]
    names = [titles.get(deck.topic, deck.topic) for deck in shown]
    room = min(28, max((Content(name).cell_length for name in names), default=0)) + 2
    bar = min(BAR, width - room - sum(_FIGURES))
    lines = []
    answered = {deck.topic: deck for deck in stats.deck_answers}
    for name, deck in zip(names, shown, strict=True):
        parts = [(getattr(deck, stage), mark, style) for stage, mark, style in _STAGES]
        of_deck = answered[deck.topic]
        told = f"{deck.mature + deck.young}/{deck.cards}"
        lines.append(
            Content("").join(
                [
                    column(name, room),
                    charts.horizontal(parts, bar),
                    column(told, _FIGURES[0], right=True),
                    column(percent(of_deck.retention.rate), _FIGURES[1], right=True),
                    column(str(of_deck.answers), _FIGURES[2], right=True).stylize("$quiet"),
                ]
            )
        )
    heads = [
        column("", room + bar),
        column(say("known"), _FIGURES[0], right=True),
        column(say("recalled"), _FIGURES[1], right=True),
        column(say("answers"), _FIGURES[2], right=True),
    ]
    legend = Content("   ").join(
        Content.assemble((mark, style), (f" {say(stage)}", "$quiet"))
        for stage, mark, style in _STAGES
    )
    head = Content("").join(heads).stylize("$quiet")
    rest = len(stats.decks) - len(shown)
    if rest > 0:
        lines.append(Content(say("and {n} more", n=rest)).stylize("$quiet"))
    yield from section(say("Decks"), [legend, head, *lines])


def exercises(stats: Stats, titles: Mapping[str, str]) -> Iterator[Block]:
    """What was submitted, and how well it would be solved again."""
    rows = []
    for tried in stats.attempts:
        points = "-" if tried.best_score is None else f"{tried.best_score}/{tried.max_score}"
        passed = tried.seconds_to_pass
        rows.append(
            (
                titles.get(tried.exercise, tried.exercise),
                str(tried.submissions or "-"),
                str(tried.passes or "-"),
                points,
                "-" if passed is None else times.duration(1000 * passed),
                percent(tried.chance),
            )
        )
    heads = (
        say("exercise"),
        say("tries"),
        say("passes"),
        say("points"),
        say("to the first pass"),
        say("memory"),
    )
    lines = table(heads, rows, 26) if rows else [Content(say("none"))]
    yield from section(say("Exercises"), lines)


def _bars(found: Histogram, between: str = "{a}–{b}", top: int | None = None) -> list[Content]:
    """A bar for each range of a histogram, with its ends."""
    if found.median is None:
        return []
    edges = [round(100 * edge) if top else int(edge) for edge in found.edges]
    labels = []
    for low, high in pairwise(edges):
        last = high if top else high - 1
        labels.append(str(low) if low == last else between.format(a=low, b=last))
    end = between.format(a=edges[-1], b=top) if top else f"{edges[-1]}+"
    labels.append("10" if edges[-1] == 10 else end)
    rows = zip(labels, found.counts, strict=True)
    return bars([(label, count, str(count)) for label, count in rows])


def _middle(found: Histogram) -> str:
    if found.median is None or found.mean is None:
        return ""
    return say(
        "median {median}, mean {mean}", median=f"{found.median:.1f}", mean=f"{found.mean:.1f}"
    )
