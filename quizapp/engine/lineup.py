"""The cards that wait, as a session needs them. Owns loading them into `study.waiting`.

Leaves the order to that module, and noticing changes to `memo`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from quizapp.clock import end_of_study_day, study_day
from quizapp.domain.cards import CardKey
from quizapp.domain.memory import ItemKind, Phase, Schedule
from quizapp.engine.revisions import bring_changed_forward
from quizapp.study.queue import LEARN_AHEAD, Allowance
from quizapp.study.waiting import MOST, Waiting

if TYPE_CHECKING:
    from quizapp.domain.course import Course
    from quizapp.domain.history import DayCounts
    from quizapp.engine.cards import CardDesk

LOADED = MOST + 50
"""What is loaded at a time, so that fifty answers are given before more is loaded."""

SPARE = 20
"""New cards that are loaded beyond today's limit."""


class Lineup(NamedTuple):
    """What waits, and what it was loaded for.

    Attributes:
        course: whose cards.
        topics: only these; all when empty.
        day: the study day.
    """

    waiting: Waiting
    course: Course
    topics: tuple[str, ...]
    day: date

    def serves(self, course: Course, topics: tuple[str, ...], now: datetime) -> bool:
        """Whether the next card may be taken from it."""
        same = self.course is course and self.topics == topics and self.day == study_day(now)
        return same and not self.waiting.lacking

    def answered(self, key: CardKey, before: Schedule, after: Schedule, now: datetime) -> bool:
        """Follow an answer that changed no other card; False where that cannot be done."""
        if study_day(now) != self.day or (self.topics and key.topic not in self.topics):
            return False
        self.waiting.answered(key, before, after, now)
        return True


def load(desk: CardDesk, topics: tuple[str, ...]) -> Lineup:
    """What waits now in `topics`, in all when empty."""

    def new() -> tuple[list[tuple[Schedule, CardKey]], bool]:
        used = desk._used()
        keys = desk.course.keys_of(desk._new_ids(topics, spare=SPARE, used=used))
        found = [(desk.store.schedule(ItemKind.CARD, item), key) for item, key in keys.items()]
        return found, len(found) == Allowance.of_new(desk.limits, used).total + SPARE

    bring_changed_forward(desk)
    now, used = desk.clock(), desk._used()
    waiting = Waiting(
        now,
        desk.limits,
        used,
        urgency=forgotten_first(now),
        new=new,
        after=desk._last_card(),
    )
    rows, more = _due(desk, topics, now, used)
    waiting.load(rows, now, more=more)
    return Lineup(waiting, desk.course, topics, study_day(now))


def _due(
    desk: CardDesk, topics: Sequence[str], now: datetime, used: DayCounts
) -> tuple[list[tuple[Schedule, CardKey]], bool]:
    """Steps of today, all of them, and reviews; and whether there are more reviews."""
    end = end_of_study_day(study_day(now))
    found: list[tuple[Schedule, CardKey]] = []
    limit: int | None = LOADED
    left = desk._reviews_left(used)
    most = left.most_of(topics or desk.course.topics)
    while True:
        rows = desk.store.due_schedules(end - timedelta(microseconds=1), limit=limit)
        found = _of_course(desk, topics, rows)
        reviews = [key.topic for schedule, key in found if schedule.phase is Phase.REVIEW]
        asked = len(left.take(reviews, str))
        # Steps come first: they are all there where the last one is a review.
        if len(rows) != limit or (asked >= min(MOST, most) and rows[-1].phase is Phase.REVIEW):
            break
        limit = 10 * LOADED if limit == LOADED else None
    if now + LEARN_AHEAD >= end:
        later = desk.store.due_schedules(now + LEARN_AHEAD)
        steps = [
            row for row in later if row.phase is not Phase.REVIEW and row.due and row.due >= end
        ]
        found += _of_course(desk, topics, steps)
    return found, len(rows) == limit and asked < most


def _of_course(
    desk: CardDesk, topics: Sequence[str], rows: Sequence[Schedule]
) -> list[tuple[Schedule, CardKey]]:
    keys = desk.course.keys_of(row.item for row in rows)
    return [
        (row, keys[row.item])
        for row in rows
        if row.item in keys and (not topics or keys[row.item].topic in topics)
    ]


def forgotten_first(now: datetime) -> Callable[[Schedule], float]:
    """A stand-in for the chance of recall that orders alike and costs no import of `fsrs`.

    With one set of parameters the chance falls as elapsed time over stability rises. It is that of
    the end of the study day, as in `Store.due_schedules`, so that the order stays all day.
    """
    end = end_of_study_day(study_day(now))
    microsecond = timedelta(microseconds=1)

    def order(schedule: Schedule) -> float:
        if schedule.memory is None or schedule.last_review is None:
            return 0.0
        return -(((end - schedule.last_review) // microsecond) / schedule.memory.stability)

    return order
