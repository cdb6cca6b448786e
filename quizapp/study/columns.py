"""Answers and schedules as numpy sees them. Owns choosing rows; leaves counting to others.

The columns are those of `domain.answers` and `domain.standings`, and share their memory until rows
are chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import repeat
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from quizapp.domain.answers import STATES, Answers
from quizapp.domain.memory import Rating
from quizapp.domain.standings import Standings

Ints: TypeAlias = npt.NDArray[np.integer[Any]]
Floats: TypeAlias = npt.NDArray[np.float64]
Rows: TypeAlias = npt.NDArray[np.bool_] | slice

RATINGS = len(Rating) + 1
"""Ratings are counted from 1."""

CELLS = len(STATES) * RATINGS
"""How many pairs of a state and a rating there are."""


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """Answers to cards; what the columns hold is said at `Answers`.

    Attributes:
        codes: state and rating as one number below `CELLS`.
    """

    names: Sequence[str]
    items: Ints
    days: Ints
    hours: Ints
    codes: Ints
    times: Ints
    stabilities: Floats
    elapsed: Ints
    reps: Ints
    lapses: Ints

    @classmethod
    def of(cls, answers: Answers) -> Self:
        """All of them."""
        return cls(
            answers.names,
            np.asarray(answers.items),
            np.asarray(answers.days),
            np.asarray(answers.hours),
            np.asarray(answers.states) * np.uint8(RATINGS) + np.asarray(answers.ratings),
            np.asarray(answers.times),
            np.asarray(answers.stabilities),
            np.asarray(answers.elapsed),
            np.asarray(answers.reps),
            np.asarray(answers.lapses),
        )

    def __len__(self) -> int:
        return len(self.items)

    @property
    def ratings(self) -> Ints:
        """1 to 4."""
        return self.codes % RATINGS

    def only(self, rows: Rows) -> Self:
        """Some of them."""
        columns = {each: getattr(self, each)[rows] for each in _columns(self)}
        return type(self)(names=self.names, **columns)

    def since(self, day: int) -> Self:
        """Those of the study day with that ordinal, and after it."""
        wanted = self.days >= day
        start = len(self) - int(np.count_nonzero(wanted))
        # The log is in the order of days, as ever but after answers at other times.
        return self.only(slice(start, None) if wanted[start:].all() else wanted)


@dataclass(frozen=True, slots=True)
class StandingColumns:
    """Schedules; what the columns hold is said at `Standings`."""

    items: Sequence[str]
    phases: Ints
    stabilities: Floats
    suspended: npt.NDArray[np.bool_]
    difficulties: Floats
    dues: Ints
    lasts: Ints
    lapses: Ints

    @classmethod
    def of(cls, standings: Standings) -> Self:
        """All of them."""
        return cls(
            standings.items,
            np.asarray(standings.phases),
            np.asarray(standings.stabilities),
            np.asarray(standings.suspended).view(np.bool_),
            np.asarray(standings.difficulties),
            np.asarray(standings.dues),
            np.asarray(standings.lasts),
            np.asarray(standings.lapses),
        )

    def __len__(self) -> int:
        return len(self.items)

    def only(self, rows: npt.NDArray[np.bool_]) -> Self:
        """Some of them."""
        items = self.items
        if not rows.all():
            items = [items[place] for place in np.flatnonzero(rows).tolist()]
        columns = {each: getattr(self, each)[rows] for each in _columns(self)}
        return type(self)(items=items, **columns)


def _columns(table: AnswerColumns | StandingColumns) -> list[str]:
    return [field.name for field in fields(table)[1:]]


def places_of(
    cards: Sequence[str], decks: Iterable[str], topics: Mapping[str, str]
) -> npt.NDArray[np.int64]:
    """Where the deck of each card stands among `decks`; -1 where it is none of them.

    Args:
        cards: ids.
        decks: topics.
        topics: id of a card -> its topic.
    """
    order: dict[str | None, int] = {topic: place for place, topic in enumerate(decks)}
    found = map(order.get, map(topics.get, cards), repeat(-1))
    return np.fromiter(found, np.int64, count=len(cards))
