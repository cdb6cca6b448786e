"""Daily limits of topics. Owns counting what of them has been used, and choosing cards within.

Read only where a topic has a limit of its own; leaves what a limit lets through to `study.queue`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

from quizapp.domain.memory import Phase

if TYPE_CHECKING:
    from quizapp.domain.cards import CardKey
    from quizapp.domain.history import DayCounts
    from quizapp.domain.memory import Schedule
    from quizapp.engine.base import Workplace
    from quizapp.study.queue import Allowance

_CHUNK = 1000


def by_topic(desk: Workplace, used: DayCounts) -> DayCounts:
    """The same counts of today with those of topics; a card counts for the topic it has now.

    Args:
        desk: of the learner.
        used: all topics together.
    """
    most = used.new + used.reviews
    rows = desk.store.counted_on(desk.today(), most) if most else []
    aliases = desk.course.aliases
    present = [(aliases.get(item, item), phase) for item, phase in rows]
    keys = desk.course.keys_of({item for item, _ in present})
    new, reviews = Counter[str](), Counter[str]()
    for item, phase in present:
        if item in keys:
            (new if phase is Phase.NEW else reviews)[keys[item].topic] += 1
    return used._replace(new_of=new, reviews_of=reviews)


def reviews_within(
    desk: Workplace, schedules: Iterable[Schedule], left: Allowance
) -> list[Schedule]:
    """All of `schedules` but reviews beyond the limits of their topics; steps have no limit.

    Args:
        desk: of the learner.
        schedules: of cards of the course; of two reviews, the one to be asked first comes first.
        left: of reviews.
    """
    found = list(schedules)
    reviews = desk.course.keys_of(each.item for each in found if each.phase is Phase.REVIEW)
    kept = {key.id for key in left.within(reviews.values(), attrgetter("topic"))}
    return [each for each in found if each.phase is not Phase.REVIEW or each.item in kept]


def new_within(
    desk: Workplace, groups: Iterable[tuple[str | None, Iterable[str]]], left: Allowance
) -> list[str]:
    """The first cards that are new and that the limits of their topics let through.

    Args:
        desk: of the learner.
        groups: ids of cards, in the order in which they are introduced; those in a row that are of
            one topic with a limit may be a group with its name, of which no more are read than
            the limit lets through.
        left: of new cards.
    """

    def new() -> Iterator[CardKey]:
        for topic, ids in groups:
            if topic is not None:
                most = min(left.of[topic], left.total)
                yield from desk.course.keys_of(desk.store.new_items(ids, most)).values()
                continue
            waiting = iter(ids)
            while chunk := list(islice(waiting, _CHUNK)):
                yield from desk.course.keys_of(desk.store.new_items(chunk, _CHUNK)).values()

    return [key.id for key in left.take(new(), attrgetter("topic"))]
