"""Daily limits of topics. Owns counting what of them has been used, and choosing cards within.

Read only where a topic has a limit of its own; leaves what a limit lets through to `study.queue`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from quizapp.domain.memory import Phase

if TYPE_CHECKING:
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
    topics, aliases = desk.topics_of_cards(), desk.course.aliases
    new, reviews = Counter[str](), Counter[str]()
    for item, phase in rows:
        topic = topics.get(aliases.get(item, item))
        if topic is not None:
            (new if phase is Phase.NEW else reviews)[topic] += 1
    return replace(used, new_of=new, reviews_of=reviews)


def reviews_within(
    desk: Workplace, schedules: Iterable[Schedule], left: Allowance
) -> list[Schedule]:
    """All of `schedules` but reviews beyond the limits of their topics; steps have no limit.

    Args:
        desk: of the learner.
        schedules: of cards of the course; of two reviews, the one to be asked first comes first.
        left: of reviews.
    """
    topics, found = desk.topics_of_cards(), list(schedules)
    reviews = (each for each in found if each.phase is Phase.REVIEW)
    kept = {each.item for each in left.within(reviews, lambda each: topics[each.item])}
    return [each for each in found if each.phase is not Phase.REVIEW or each.item in kept]


def new_within(desk: Workplace, wanted: Iterable[str], left: Allowance) -> list[str]:
    """The first cards of `wanted` that are new and that the limits of their topics let through.

    Args:
        desk: of the learner.
        wanted: ids of cards, in the order in which they are introduced.
        left: of new cards.
    """
    topics = desk.topics_of_cards()
    of = dict(left.of)
    found: list[str] = []
    # Read lazily, so that the rest of a topic is not asked for once its limit is reached.
    open_ones = (card for card in wanted if of.get(topics[card], 1) > 0)
    while len(found) < left.total and (chunk := list(islice(open_ones, _CHUNK))):
        new = desk.store.new_items(chunk, _CHUNK)
        taken = left._replace(total=left.total - len(found), of=of).take(new, topics.__getitem__)
        found += taken
        for card in taken:
            if topics[card] in of:
                of[topics[card]] -= 1
    return found
