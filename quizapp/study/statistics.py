"""What has been learned. Owns the sums over days; leaves charts to `tui`."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quizapp.domain.history import Day

WEEK = 7
SHADES = 4


@dataclass(frozen=True, slots=True)
class Streak:
    """Study days in a row. `current` still counts when today has not been studied yet."""

    current: int
    longest: int


@dataclass(frozen=True, slots=True)
class Retention:
    """Of the reviews of memories, how many were recalled; learning steps do not count."""

    young: int
    young_recalled: int
    mature: int
    mature_recalled: int

    @property
    def young_rate(self) -> float | None:
        """Share recalled of the young ones; None without any."""
        return self.young_recalled / self.young if self.young else None

    @property
    def mature_rate(self) -> float | None:
        """Share recalled of the mature ones; None without any."""
        return self.mature_recalled / self.mature if self.mature else None

    @property
    def rate(self) -> float | None:
        """Share recalled of all; None without any."""
        total = self.young + self.mature
        return (self.young_recalled + self.mature_recalled) / total if total else None


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Answers a day over whole weeks.

    Attributes:
        first: the Monday that it begins with.
        answers: one number for each day from `first` to today.
        shades: for each day 0 (nothing) to 4 (among the busiest quarter of the days studied).
    """

    first: date
    answers: tuple[int, ...]
    shades: tuple[int, ...]


def streak(days: Iterable[Day], today: date) -> Streak:
    """Study days in a row, up to today and at best, over all kinds of items."""
    studied = sorted({day.day for day in days if day.answers and day.day <= today})
    longest = run = 0
    before: date | None = None
    for day in studied:
        run = run + 1 if before is not None and day - before == timedelta(days=1) else 1
        longest = max(longest, run)
        before = day
    alive = before is not None and today - before <= timedelta(days=1)
    return Streak(current=run if alive else 0, longest=longest)


def retention(days: Iterable[Day]) -> Retention:
    """The sum over `days`; pass the days and kinds that are meant."""
    young = young_recalled = mature = mature_recalled = 0
    for day in days:
        young += day.young
        young_recalled += day.young_recalled
        mature += day.mature
        mature_recalled += day.mature_recalled
    return Retention(young, young_recalled, mature, mature_recalled)


def heat_map(days: Iterable[Day], today: date, weeks: int = 53) -> HeatMap:
    """Answers a day over `weeks` whole weeks, the present one, up to today, included."""
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(days=WEEK * (weeks - 1))
    counts = [0] * ((today - first).days + 1)
    for day in days:
        if first <= day.day <= today:
            counts[(day.day - first).days] += day.answers
    busy = sorted(count for count in counts if count)
    shades = tuple(_shade(count, busy) for count in counts)
    return HeatMap(first, tuple(counts), shades)


def totals(days: Iterable[Day], day: date) -> tuple[int, int]:
    """Answers given on one study day and the milliseconds they took, over all kinds."""
    of_day = [entry for entry in days if entry.day == day]
    return sum(entry.answers for entry in of_day), sum(entry.answer_ms for entry in of_day)


def _shade(count: int, busy: Sequence[int]) -> int:
    if not count:
        return 0
    return math.ceil(SHADES * bisect_right(busy, count) / len(busy))
