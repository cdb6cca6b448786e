"""What is asked next. Owns the order of a session and its daily limits; leaves due dates to others.

The queue is a pure function of what is stored, so a session can be left and resumed at any point.
It knows of a card no more than its key; leaves keeping it between two answers to `waiting`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from operator import itemgetter
from typing import NamedTuple, TypeVar
from zlib import crc32

from quizapp.clock import end_of_study_day, start_of_study_day, study_day
from quizapp.domain.cards import CardKey
from quizapp.domain.history import DailyLimits, DayCounts
from quizapp.domain.memory import ItemKind, Phase, Schedule
from quizapp.study.spread import spread

LEARN_AHEAD = timedelta(minutes=20)
"""How long before its time a learning step is asked when nothing else is left."""

# A checksum of an id that differs in its last sign alone differs little; times a large odd number,
# modulo a prime, it does not.
_SCATTER, _PRIME = 2_654_435_761, 2**61 - 1

_STEPS = (Phase.LEARNING, Phase.RELEARNING)

T = TypeVar("T")


class Allowance(NamedTuple):
    """How many cards of one sort a study day may still ask for.

    Attributes:
        total: of all topics together.
        of: topic -> of its cards, where it has a limit of its own.
    """

    total: int
    of: Mapping[str, int]

    @classmethod
    def of_new(cls, limits: DailyLimits, counts: DayCounts) -> Allowance:
        """What `counts` leave of the limits of new cards."""
        return cls(max(0, limits.new - counts.new), _left(limits.new_of, counts.new_of))

    @classmethod
    def of_reviews(cls, limits: DailyLimits, counts: DayCounts) -> Allowance:
        """What `counts` leave of the limits of reviews."""
        total = max(0, limits.reviews - counts.reviews)
        return cls(total, _left(limits.reviews_of, counts.reviews_of))

    def most(self, waiting: Mapping[str, int]) -> int:
        """How many are asked of cards that wait, counted by topic."""
        wanted = (min(count, self.of.get(topic, count)) for topic, count in waiting.items())
        return min(self.total, sum(wanted))

    def most_of(self, topics: Iterable[str]) -> int:
        """How many are asked at most, however many cards of some topics wait."""
        return min(self.total, sum(self.of.get(topic, self.total) for topic in topics))

    def take(self, items: Iterable[T], topic: Callable[[T], str]) -> list[T]:
        """Those of `items` that are asked: the first ones, within the limits of their topics.

        Args:
            items: the one to be asked first comes first.
            topic: of an item.
        """
        return list(islice(self.within(items, topic) if self.of else items, self.total))

    def within(self, items: Iterable[T], topic: Callable[[T], str]) -> Iterator[T]:
        """Those of `items` that the limits of their topics let through, one after the other."""
        left = dict(self.of)
        for item in items:
            name = topic(item)
            if name in left:
                if not left[name]:
                    continue
                left[name] -= 1
            yield item


def _left(limits: Mapping[str, int], used: Mapping[str, int]) -> Mapping[str, int]:
    return {topic: max(0, limit - used.get(topic, 0)) for topic, limit in limits.items()}


def is_hidden(schedule: Schedule, today: date) -> bool:
    """Whether an item is suspended, or buried until after `today`."""
    buried = schedule.buried_until is not None and schedule.buried_until > today
    return schedule.suspended or buried


def is_due(schedule: Schedule, now: datetime) -> bool:
    """Whether an item that was answered before is to be asked now.

    A learning step is due from its minute on; a review on the whole of its study day, also when the
    learner has travelled to another time zone since: study days are those of where the learner is
    now. Over the date line, the day after an answer can so become the day of that answer; the
    review waits for the next one then, unless a failed exercise has brought it forward.
    """
    today = study_day(now)
    return is_due_between(schedule, now, today, start_of_study_day(today), end_of_study_day(today))


def is_due_between(
    schedule: Schedule, now: datetime, today: date, start: datetime, end: datetime
) -> bool:
    """As `is_due`, for many items of one study day.

    Args:
        schedule: of the item.
        now: aware.
        today: its study day.
        start: when that begins.
        end: when the next one begins.
    """
    if schedule.due is None or is_hidden(schedule, today):
        return False
    if schedule.phase is not Phase.REVIEW:
        return schedule.due <= now
    if schedule.brought_forward or schedule.last_review is None:
        return schedule.due < end
    return schedule.due < end and schedule.last_review < start


def build_queue(
    cards: Iterable[CardKey],
    schedules: Mapping[str, Schedule],
    limits: DailyLimits,
    counts: DayCounts,
    now: datetime,
    *,
    topics: Collection[str] = (),
    retrievability: Callable[[Schedule], float],
    after: CardKey | None = None,
) -> list[CardKey]:
    """The cards to ask, in order.

    Learning steps whose time has come, the longest waiting first; reviews within the day's limits,
    those that a failed exercise brought forward first, then the most forgotten; new cards within
    the day's limits, in the order given; last, learning steps that are due within 20 minutes. A
    card whose topic has reached its own limit is passed over.
    Reviews and new cards are spread so that no two siblings, and no two cards of one topic, follow
    each other where that can be helped.

    Args:
        cards: those that may be asked; new ones in the order in which they are introduced.
        schedules: card id -> stored schedule; a card without one is new. May leave out only cards
            that are not in `cards`.
        limits: of the whole study day.
        counts: what of it has been used.
        now: aware.
        topics: only these; all when empty.
        retrievability: chance of recall at `now`.
        after: the card asked just before, so that its siblings do not follow at once.
    """
    today = study_day(now)
    steps: list[tuple[datetime, CardKey]] = []
    soon: list[tuple[datetime, CardKey]] = []
    reviews: list[tuple[bool, float, CardKey]] = []
    new: list[tuple[bool, CardKey]] = []
    for card in cards:
        if topics and card.topic not in topics:
            continue
        schedule = schedules.get(card.id) or Schedule(card.id, ItemKind.CARD)
        if is_hidden(schedule, today):
            continue
        if schedule.phase is Phase.NEW:
            new.append((not schedule.brought_forward, card))
        elif schedule.phase in _STEPS and schedule.due is not None:
            if schedule.due <= now:
                steps.append((schedule.due, card))
            elif schedule.due <= now + LEARN_AHEAD:
                soon.append((schedule.due, card))
        elif is_due(schedule, now):
            reviews.append((not schedule.brought_forward, retrievability(schedule), card))
    asked = [card for _, card in sorted(steps, key=itemgetter(0))]
    reviews.sort(key=itemgetter(0, 1))
    new.sort(key=itemgetter(0))
    for batch, left in (
        ([card for *_, card in reviews], Allowance.of_reviews(limits, counts)),
        ([card for _, card in new], Allowance.of_new(limits, counts)),
    ):
        taken = left.take(batch, _topic)
        asked += spread(taken, after=asked[-1] if asked else after)
    return asked + [card for _, card in sorted(soon, key=itemgetter(0))]


def _topic(card: CardKey) -> str:
    return card.topic


def study_ahead(
    cards: Iterable[CardKey],
    schedules: Mapping[str, Schedule],
    now: datetime,
    *,
    topics: Collection[str] = (),
    retrievability: Callable[[Schedule], float],
    after: CardKey | None = None,
) -> list[CardKey]:
    """Cards in phase REVIEW that are not due yet, most forgotten first, without a limit.

    For cramming: what is answered in this order is not meant to be recorded.
    """
    today = study_day(now)
    found: list[tuple[float, CardKey]] = []
    for card in cards:
        schedule = schedules.get(card.id)
        if schedule is None or (topics and card.topic not in topics):
            continue
        waiting = schedule.phase is Phase.REVIEW and not is_due(schedule, now)
        if waiting and not is_hidden(schedule, today):
            found.append((retrievability(schedule), card))
    found.sort(key=itemgetter(0))
    return list(spread([card for _, card in found], after=after))


def exercise_comes_first(
    exercise: Schedule,
    card: Schedule | None,
    now: datetime,
    order: Callable[[Schedule], float],
) -> bool:
    """Whether an exercise that is due comes before the card that is next.

    It stands among the reviews by how forgotten it is: learning steps that wait, and cards that a
    failed check brought forward, come before it, new cards and steps of the next minutes after.

    Args:
        exercise: due.
        card: None when there is none.
        now: aware.
        order: of two, the one that gives less is the more forgotten.
    """
    if card is None or card.phase is Phase.NEW:
        return True
    if card.phase in _STEPS:
        return card.due is not None and card.due > now
    return not card.brought_forward and order(exercise) < order(card)


def in_random_order(items: Iterable[str], seed: int) -> list[str]:
    """The same items in an order that depends on `seed`; what is added moves no other.

    By checksum, which is no true chance but takes no time for 100,000 items.
    """
    return sorted(items, key=lambda item: crc32(item.encode(), seed) * _SCATTER % _PRIME)


def learning_left(schedules: Iterable[Schedule], now: datetime) -> int:
    """How many learning steps are still to come on this study day."""
    today = study_day(now)
    return sum(
        schedule.phase in _STEPS
        and schedule.due is not None
        and study_day(schedule.due) <= today
        and not is_hidden(schedule, today)
        for schedule in schedules
    )
