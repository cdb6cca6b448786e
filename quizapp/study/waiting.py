"""What waits in a session, kept from one answer to the next.

Owns that the next card is the one that `queue.build_queue` would put first, without building the
queue anew: steps by their time, reviews by how forgotten they are, new cards in their order, and
how many of each today may still ask for. Leaves reading them, and noticing that something else has
changed them, to the engine; and who may follow whom to `spread`.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from quizapp.clock import end_of_study_day, start_of_study_day, study_day
from quizapp.domain.cards import CardKey
from quizapp.domain.history import DailyLimits, DayCounts
from quizapp.domain.memory import Phase, Schedule
from quizapp.study.queue import LEARN_AHEAD, Allowance, is_due_between, is_hidden
from quizapp.study.spread import spread

Place: TypeAlias = tuple[bool, float, float, str]
"""Where a card stands among others of its sort; of two, the smaller comes first."""

MOST = 200
"""Reviews among which the next one is chosen, the most forgotten ones. More would only be needed to
spread topics over a longer stretch."""


NewCards: TypeAlias = Callable[[], tuple[Iterable[tuple[Schedule, CardKey]], bool]]


class Entry(NamedTuple):
    """A card that waits, in its place."""

    place: Place
    key: CardKey


class Waiting:
    """The cards that wait at a time; of one study day.

    Args:
        now: aware; no later than when the next card is asked for.
        limits: of the whole study day.
        counts: what of it has been used.
        urgency: of two reviews, the one that gives less is asked first; must not depend on the
            time within a study day.
        new: called when nothing else is left; gives new cards in the order in which they are
            introduced, but for those brought forward, and whether there are others after these.
        after: the card asked just before.
    """

    def __init__(
        self,
        now: datetime,
        limits: DailyLimits,
        counts: DayCounts,
        *,
        urgency: Callable[[Schedule], float],
        new: NewCards,
        after: CardKey | None,
    ) -> None:
        self.after = after
        self._read_new = new
        self._today = study_day(now)
        self._start, self._end = start_of_study_day(self._today), end_of_study_day(self._today)
        self._limits = limits
        self._counts = counts
        self._urgency = urgency
        self._steps: list[Entry] = []
        self._reviews: list[Entry] = []
        self._new: list[Entry] | None = None
        self._held: dict[str, tuple[list[Entry], Entry]] = {}
        self._last: Place | None = None
        self._more_new = False

    def load(
        self, waiting: Iterable[tuple[Schedule, CardKey]], now: datetime, *, more: bool
    ) -> None:
        """Take in what is stored.

        Args:
            waiting: learning steps, all of them, and the most forgotten of the reviews.
            now: aware.
            more: whether there are other reviews, all of them less forgotten.
        """
        for schedule, key in waiting:
            self._put(schedule, key, now)
        self._last = self._reviews[-1].place if more and self._reviews else None
        self._leave_out_what_topics_forbid()

    def _leave_out_what_topics_forbid(self) -> None:
        """Keep no review beyond its topic's limit, which no answer of this day can raise.

        Each answer that uses some of the limit takes its card away, so those kept are enough.
        """
        left = self._reviews_left
        if not left.of:
            return
        kept = list(left.within(self._reviews, _topic))
        self._reviews[:] = kept
        self._held = {
            **{entry.key.id: (self._steps, entry) for entry in self._steps},
            **{entry.key.id: (self._reviews, entry) for entry in kept},
        }

    def answered(self, key: CardKey, before: Schedule, after: Schedule, now: datetime) -> None:
        """Follow an answer that was given today, and that changed no other card.

        Args:
            key: of the card.
            before: its schedule before the answer.
            after: and after it.
            now: aware; when it was given.
        """
        self._count(key.topic, before.phase)
        self.after = key
        found = self._held.pop(key.id, None)
        if found is not None:
            entries, entry = found
            del entries[bisect_left(entries, entry)]
        self._put(after, key, now)

    def _count(self, topic: str, phase: Phase) -> None:
        counts = self._counts
        if phase is Phase.REVIEW:
            of = _one_more(counts.reviews_of, topic) if self._limits.reviews_of else {}
            self._counts = counts._replace(reviews=counts.reviews + 1, reviews_of=of)
        elif phase is Phase.NEW:
            of = _one_more(counts.new_of, topic) if self._limits.new_of else {}
            self._counts = counts._replace(new=counts.new + 1, new_of=of)

    @property
    def lacking(self) -> bool:
        """Whether more must be loaded before the next card is known."""
        if self._last is not None and len(self._asked()) < min(MOST, self._reviews_left.total):
            return True
        if not self._more_new or self._new is None:
            return False
        left = self._new_left
        return len(left.take(self._new, _topic)) < left.total

    @property
    def _reviews_left(self) -> Allowance:
        return Allowance.of_reviews(self._limits, self._counts)

    @property
    def _new_left(self) -> Allowance:
        return Allowance.of_new(self._limits, self._counts)

    def _asked(self) -> list[Entry]:
        """The reviews among which the next one is chosen."""
        left = self._reviews_left
        return left._replace(total=min(MOST, left.total)).take(self._reviews, _topic)

    def next(self, now: datetime, skip: Collection[str] = ()) -> CardKey | None:
        """The card to ask now, but for those in `skip`; None when nothing is left."""
        return next((key for key in self._in_order(now) if key.id not in skip), None)

    def _in_order(self, now: datetime) -> Iterator[CardKey]:
        last = self.after
        at = now.timestamp()
        for entry in self._steps:
            if entry.place[1] > at:
                break
            last = entry.key
            yield last
        for key in _spread(self._asked(), last):
            last = key
            yield key
        yield from _spread(self._new_left.take(self._new_cards(), _topic), last)
        soon = (now + LEARN_AHEAD).timestamp()
        for entry in self._steps:
            if at < entry.place[1] <= soon:
                yield entry.key

    def _new_cards(self) -> list[Entry]:
        if self._new is None:
            self._new = []
            found, self._more_new = self._read_new()
            for number, (schedule, key) in enumerate(found):
                place = (not schedule.brought_forward, float(number), 0.0, key.id)
                self._insert(self._new, Entry(place, key))
        return self._new

    def _put(self, schedule: Schedule, key: CardKey, now: datetime) -> None:
        if schedule.due is None or is_hidden(schedule, self._today):
            return
        due = schedule.due.timestamp()
        if schedule.phase is not Phase.REVIEW:
            self._insert(self._steps, Entry((False, due, 0.0, key.id), key))
        elif is_due_between(schedule, now, self._today, self._start, self._end):
            place = (not schedule.brought_forward, self._urgency(schedule), due, key.id)
            if self._last is None or place <= self._last:
                self._insert(self._reviews, Entry(place, key))

    def _insert(self, entries: list[Entry], entry: Entry) -> None:
        insort(entries, entry)
        self._held[entry.key.id] = (entries, entry)


_key = attrgetter("key")


def _topic(entry: Entry) -> str:
    return entry.key.topic


def _one_more(counts: Mapping[str, int], topic: str) -> Mapping[str, int]:
    return {**counts, topic: counts.get(topic, 0) + 1}


def _spread(entries: Iterable[Entry], after: CardKey | None) -> Iterator[CardKey]:
    """The cards of some entries, spread."""
    return spread(map(_key, entries), after)
