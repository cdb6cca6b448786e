"""What is in memory now, and when it comes up. Owns histograms and forecasts over schedules."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from quizapp.domain.history import Standing
from quizapp.domain.memory import Phase
from quizapp.study.calibration import recall

INTERVALS = (0, 2, 4, 8, 15, 31, 61, 121, 241, 366)
"""Days that the bars of intervals and stabilities begin with; the last has no end."""

DIFFICULTIES = tuple(range(1, 11))
CHANCES = tuple(step / 10 for step in range(10))
FORECAST_DAYS, FORECAST_MONTHS = 30, 12


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often a number falls where.

    Attributes:
        edges: where each bar begins; it ends where the next begins, the last nowhere.
        counts: one for each bar.
        mean, median: of the numbers themselves; None without any.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    mean: float | None
    median: float | None


@dataclass(frozen=True, slots=True)
class Memories:
    """Distributions over the cards that have a memory; suspended ones are left out.

    Attributes:
        intervals: days from the last answer to the next, of cards in phase REVIEW.
        stabilities: days until the chance of recall falls to 90 %.
        difficulties: 1 to 10.
        chances: of recall now, 0 to 1.
        known: their sum: how many cards would be recalled if all were asked now.
    """

    intervals: Histogram
    stabilities: Histogram
    difficulties: Histogram
    chances: Histogram
    known: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many cards come up; suspended ones are left out.

    Attributes:
        days: for today, with all that is overdue, and each study day after it.
        months: for the present calendar month, from today on and with what is overdue, and each
            one after it, with their first days.
        backlog: how many of today's were due before today.
    """

    days: tuple[int, ...]
    months: tuple[tuple[date, int], ...]
    backlog: int


@dataclass(frozen=True, slots=True)
class Leech:
    """A card that is forgotten again and again."""

    card: str
    lapses: int
    suspended: bool


def leeches(standings: Iterable[Standing], lapses: int) -> tuple[Leech, ...]:
    """The cards with at least so many lapses, worst first."""
    found = [
        Leech(each.item, each.lapses, each.suspended) for each in standings if each.lapses >= lapses
    ]
    return tuple(sorted(found, key=lambda leech: (-leech.lapses, leech.card)))


def histogram(numbers: npt.ArrayLike, edges: Sequence[float]) -> Histogram:
    """`numbers` by the bars that begin at `edges`, rising; what lies below is in the first."""
    found = np.asarray(numbers, dtype=np.float64)
    places = np.maximum(np.searchsorted(edges, found, side="right") - 1, 0)
    counts = tuple(np.bincount(places, minlength=len(edges)).tolist())
    if not found.size:
        return Histogram(tuple(edges), counts, None, None)
    return Histogram(tuple(edges), counts, float(found.mean()), float(np.median(found)))


def memories(standings: Iterable[Standing], today: date, decay: float) -> Memories:
    """The distributions of today; `decay` is that of the forgetting curve."""
    known = [
        each
        for each in standings
        if each.stability is not None and each.last is not None and not each.suspended
    ]
    stability = np.array([each.stability for each in known], dtype=np.float64)
    elapsed = np.array([each.last for each in known], dtype=np.float64)
    chances = recall(np.maximum(today.toordinal() - elapsed, 0), stability, decay)
    intervals = [
        each.due - each.last
        for each in known
        if each.phase is Phase.REVIEW and each.due is not None and each.last is not None
    ]
    return Memories(
        histogram(intervals, INTERVALS),
        histogram(stability, INTERVALS),
        histogram([each.difficulty or 0.0 for each in known], DIFFICULTIES),
        histogram(chances, CHANCES),
        float(chances.sum()),
    )


def forecast(standings: Iterable[Standing], today: date) -> Forecast:
    """What comes up from `today` on."""
    first = today.toordinal()
    counts = Counter(
        each.due - first for each in standings if each.due is not None and not each.suspended
    )
    backlog = sum(count for ahead, count in counts.items() if ahead < 0)
    days = [counts[ahead] for ahead in range(FORECAST_DAYS)]
    days[0] += backlog
    starts = _month_starts(today, FORECAST_MONTHS + 1)
    ends = [start.toordinal() - first for start in starts[1:]]
    months = [0] * FORECAST_MONTHS
    for ahead, count in counts.items():
        place = bisect_right(ends, ahead)
        if place < FORECAST_MONTHS:
            months[place] += count
    return Forecast(tuple(days), tuple(zip(starts, months, strict=False)), backlog)


def _month_starts(today: date, count: int) -> list[date]:
    months = (today.year * 12 + today.month - 1 + ahead for ahead in range(count))
    return [date(month // 12, month % 12 + 1, 1) for month in months]
