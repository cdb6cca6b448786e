"""Answers to cards as columns of numbers: for figures over hundreds of thousands of them.

Owns the shape and taking rows out; leaves filling it to `store`, choosing and counting to `study`.
A `Review` object for each would take ten times the time and the memory.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Self

NEW, LEARNING, RELEARNING, YOUNG, MATURE = range(5)
STATES = ("new", "learning", "relearning", "young", "mature")
"""What an answer was given to, by its number in the column `states`."""

_TYPES = {
    "ids": "q",
    "items": "i",
    "days": "i",
    "hours": "B",
    "states": "B",
    "ratings": "B",
    "times": "i",
    "stabilities": "d",
    "elapsed": "i",
    "reps": "i",
    "lapses": "i",
}
COLUMNS = tuple(_TYPES)

UNTIMED = -1


def _column(name: str) -> Callable[[], array[int]]:
    return lambda: array(_TYPES[name])


@dataclass(slots=True)
class Answers:
    """Answers in the order of the log, one entry of each column for each answer.

    Attributes:
        names: ids of cards; `items` counts into it.
        ids: of the rows of the log.
        items: index into `names`.
        days: study day, as `date.toordinal` gives it.
        hours: of the local clock, 0 to 23.
        states: index into `STATES`.
        ratings: 1 to 4.
        times: milliseconds from question to rating; UNTIMED where it was not measured.
        stabilities: of the memory before, in days; 0 where there was none.
        elapsed: study days since the answer before; 0 on the same day, or where there was no
            memory.
        reps: answers to the card up to and with this one.
        lapses: before this answer.
    """

    names: list[str] = field(default_factory=list)
    ids: array[int] = field(default_factory=_column("ids"))
    items: array[int] = field(default_factory=_column("items"))
    days: array[int] = field(default_factory=_column("days"))
    hours: array[int] = field(default_factory=_column("hours"))
    states: array[int] = field(default_factory=_column("states"))
    ratings: array[int] = field(default_factory=_column("ratings"))
    times: array[int] = field(default_factory=_column("times"))
    stabilities: array[float] = field(default_factory=lambda: array("d"))
    elapsed: array[int] = field(default_factory=_column("elapsed"))
    reps: array[int] = field(default_factory=_column("reps"))
    lapses: array[int] = field(default_factory=_column("lapses"))

    def __len__(self) -> int:
        return len(self.ids)

    def without(self, gone: Iterable[int]) -> Self:
        """A copy that may grow without changing this one, and without some rows of the log.

        Args:
            gone: ids of rows; those that are not here are passed over.
        """
        places = []
        for number in sorted(set(gone)):
            place = bisect_left(self.ids, number)
            if place < len(self) and self.ids[place] == number:
                places.append(place)
        columns = {}
        for name in COLUMNS:
            column, start = getattr(self, name), 0
            kept = column[:0]
            for place in places:
                kept += column[start:place]
                start = place + 1
            columns[name] = kept + column[start:]
        return type(self)(names=list(self.names), **columns)
