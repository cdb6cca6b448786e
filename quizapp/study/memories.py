"""What is in memory now, and when it comes up. Owns histograms and forecasts over schedules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from quizapp.domain.standings import NO_DAY, NO_MEMORY, REVIEW
from quizapp.study.columns import StandingColumns
from quizapp.study.curve import recall

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


def leeches(standings: StandingColumns, lapses: int) -> tuple[Leech, ...]:
    """The cards with at least so many lapses, worst first."""
    places = np.flatnonzero(standings.lapses >= lapses)
    found = zip(
        (standings.items[place] for place in places.tolist()),
        standings.lapses[places].tolist(),
        standings.suspended[places].tolist(),
        strict=True,
    )
    leeches = (Leech(*each) for each in found)
    return tuple(sorted(leeches, key=lambda leech: (-leech.lapses, leech.card)))


def histogram(numbers: npt.ArrayLike, edges: Sequence[float]) -> Histogram:
    """`numbers` by the bars that begin at `edges`, rising; what lies below is in the first."""
    found = np.asarray(numbers, dtype=np.float64)
    places = np.maximum(np.searchsorted(edges, found, side="right") - 1, 0)
    counts = tuple(np.bincount(places, minlength=len(edges)).tolist())
    if not found.size:
        return Histogram(tuple(edges), counts, None, None)
    return Histogram(tuple(edges), counts, float(found.mean()), float(np.median(found)))


def memories(standings: StandingColumns, today: date, decay: float) -> Memories:
    """The distributions of today; `decay` is that of the forgetting curve."""
    remembered = (standings.stabilities != NO_MEMORY) & (standings.lasts != NO_DAY)
    known = standings.only(remembered & ~standings.suspended)
    elapsed = np.maximum(today.toordinal() - known.lasts, 0)
    chances = recall(elapsed, known.stabilities, decay)
    planned = (known.phases == REVIEW) & (known.dues != NO_DAY)
    return Memories(
        histogram(known.dues[planned] - known.lasts[planned], INTERVALS),
        histogram(known.stabilities, INTERVALS),
        histogram(known.difficulties, DIFFICULTIES),
        histogram(chances, CHANCES),
        float(chances.sum()),
    )


def forecast(standings: StandingColumns, today: date) -> Forecast:
    """What comes up from `today` on."""
    first = today.toordinal()
    coming = standings.dues[(standings.dues != NO_DAY) & ~standings.suspended]
    starts = _month_starts(today, FORECAST_MONTHS + 1)
    ends = np.array([start.toordinal() for start in starts[1:]])
    months = np.bincount(np.searchsorted(ends, coming, side="right"), minlength=len(starts))
    # What is overdue is today's.
    ahead = np.maximum(coming - first, 0)
    days = np.bincount(ahead[ahead < FORECAST_DAYS], minlength=FORECAST_DAYS)
    return Forecast(
        tuple(days.tolist()),
        tuple(zip(starts, months[:FORECAST_MONTHS].tolist(), strict=False)),
        int(np.count_nonzero(coming < first)),
    )


def _month_starts(today: date, count: int) -> list[date]:
    months = (today.year * 12 + today.month - 1 + ahead for ahead in range(count))
    return [date(month // 12, month % 12 + 1, 1) for month in months]
