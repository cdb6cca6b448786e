"""Evening out the days. Owns which day of a window takes a review; leaves windows to `scheduler`.

For one item and repetition the days have one fixed order of preference, whatever the window. So a
window that begins and ends later never gives an earlier day: ratings and retentions keep their
order. The order depends on nothing but the item, the repetition and what is due already, so the
same answer to the same state always gives the same day.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from quizapp.domain.memory import ItemKind, Schedule
from quizapp.study.seeds import uniform

Load = Callable[[ItemKind, date, date], Mapping[date, int]]
"""How many reviews of a kind are due on each study day from the first to the last, both included.
Days without any may be missing."""


def quietest(
    schedule: Schedule,
    first: date,
    last: date,
    load: Mapping[date, int],
    shares: Sequence[float],
) -> date:
    """The day of the window that has the fewest reviews for what it is to take.

    Args:
        schedule: the item's, before the answer.
        first: of the window.
        last: of the window; not before `first`.
        load: reviews due on each day.
        shares: of the usual load, for Monday to Sunday, 0 to 1; a day with 0 is taken only where
            the window has no other.
    """

    def preference(day: date) -> tuple[float, float]:
        share = shares[day.weekday()]
        full = (load.get(day, 0) + 1) / share if share else math.inf
        return full, uniform("day", schedule.kind, schedule.item, schedule.reps, day)

    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return min(days, key=preference)
