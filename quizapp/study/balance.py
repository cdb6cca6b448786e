"""Evening out the days. Owns which day of a window takes a review; leaves windows to `scheduler`.

For one item and repetition the days have one fixed order of preference, whatever the window. So a
window that begins and ends later never gives an earlier day: ratings and retentions keep their
order. The order depends on nothing but the item, the repetition and what is due already, so the
same answer to the same state always gives the same day.

The further ahead a day is, the less is due on it so far. Its reviews therefore weigh in proportion
to how far it is: by their bare number the last days of a window would win too often, and intervals
would grow by 4 % on average; so they grow by 1 %.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from quizapp.clock import study_day
from quizapp.domain.memory import ItemKind, Schedule
from quizapp.study.seeds import uniform

Load = Callable[[ItemKind, date, date], Mapping[date, int]]
"""How many reviews of a kind are due on each study day from the first to the last, both included.
Days without any may be missing, and others may be there, too."""


FURTHEST = 10
"""How many days before and after its own a review is moved at the most; enough to find a quiet one
also after years, and what is read to find it stays little."""


_GOLDEN = (5**0.5 - 1) / 2


class KnownLoad:
    """What is due on which day, counted once a day and then following answers. A `Load`.

    Args:
        count: counts anew; no more than `most` a day.
        most: a day with so many is taken for full.
    """

    def __init__(self, count: Load, most: int) -> None:
        self._count = count
        self._most = most
        self._days: dict[ItemKind, dict[date, int]] = {kind: {} for kind in ItemKind}

    def __call__(self, kind: ItemKind, first: date, last: date) -> Mapping[date, int]:
        """Reviews of a kind that are due on each study day of a span, and on days known before."""
        known = self._days[kind]
        lacking = [day for day in _days(first, last) if day not in known]
        if lacking:
            counted = self._count(kind, lacking[0], lacking[-1])
            known |= {day: counted.get(day, 0) for day in lacking}
        return known

    def answered(self, before: Schedule, after: Schedule) -> None:
        """Follow the change of one schedule."""
        for schedule, change in ((before, -1), (after, 1)):
            if schedule.due is None or schedule.suspended:
                continue
            known, day = self._days[schedule.kind], study_day(schedule.due)
            count = known.get(day)
            if count is None:
                continue
            if count < self._most:
                known[day] = count + change
            elif change < 0:  # how many there are beyond is not known
                del known[day]


def quietest(
    schedule: Schedule,
    today: date,
    window: tuple[date, date],
    load: Mapping[date, int],
    shares: Sequence[float],
) -> date:
    """The day of the window that has the fewest reviews for its share and its distance.

    Args:
        schedule: the item's, before the answer.
        today: the study day.
        window: its first and its last day, after `today`.
        load: reviews due on each day of the window; other days do not count.
        shares: of the usual load, for Monday to Sunday, 0 to 1; a day with 0 is taken only where
            the window has no other.
    """
    start = uniform("day", schedule.kind, schedule.item, schedule.reps)
    present = today.toordinal()

    def preference(day: date) -> tuple[float, float]:
        number = day.toordinal()
        share = shares[number % 7 - 1]  # the first of all days is a Monday
        # Steps of the golden ratio spread evenly over [0, 1), wherever they start.
        luck = (start + number * _GOLDEN) % 1
        full = (load.get(day, 0) + luck) * (number - present) / share if share else math.inf
        return full, luck

    return min(_days(*window), key=preference)


def _days(first: date, last: date) -> Iterator[date]:
    """The days of a span, both ends included."""
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
