"""Use-cases about new cards: which ones today introduces, and what the limits still allow.

Owns finding them and keeping what was found from one answer to the next; leaves the rule of the
limits to `study.queue`, and what counts towards a topic's to `limits`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from quizapp.clock import study_day
from quizapp.domain.cards import Deck
from quizapp.domain.memory import Phase
from quizapp.engine.base import NEW_FIRST, Workplace
from quizapp.study.queue import Allowance, in_random_order
from quizapp.study.settings import NewOrder

if TYPE_CHECKING:
    from quizapp.domain.history import DayCounts

_NEW = "new"
_SPARE = 40
"""New cards that are looked for beyond today's limit, in a course that may begin with thousands of
cards that have been met."""


class _New(NamedTuple):
    """Cards to introduce, in order; `more` if there are others after them."""

    ids: list[str]
    more: bool


class IntroducingDesk(Workplace):
    """The engine's part about new cards."""

    def _new_ids(
        self,
        topics: Sequence[str],
        only: Collection[str] | None = None,
        *,
        spare: int = 0,
        used: DayCounts | None = None,
    ) -> list[str]:
        """Cards to introduce today, within the daily limit; first those that a failure named.

        Args:
            topics: only of these; of all when empty.
            only: among these cards; among all when None.
            spare: so many more, where the limit leaves room for any.
            used: as `_used` gives it, from whoever has it.
        """
        used = used or self._used()
        left = Allowance.of_new(self.limits, used)
        if not left.total or self._new_cards_wait(used):
            return []
        left = left._replace(total=left.total + spare)
        if only is not None:
            return self._look_for_new(topics, only, left)
        today = study_day(self.clock())
        with self._memo.lock:
            known: dict[tuple[date, *tuple[str, ...]], _New] = self._memo.get(_NEW, dict)
            new = known.get((today, *topics))
            found = left.take(new.ids, self._topic_of) if new else []
            if new is None or (new.more and len(found) < left.total):
                wide = left._replace(total=left.total + _SPARE - spare)
                ids = self._look_for_new(topics, None, wide)
                new = known[today, *topics] = _New(ids, len(ids) == wide.total)
                found = left.take(ids, self._topic_of)
            return found

    def _topic_of(self, card_id: str) -> str:
        """The topic of a card that the course has."""
        return self.course.keys_of([card_id])[card_id].topic

    def _look_for_new(
        self, topics: Sequence[str], only: Collection[str] | None, left: Allowance
    ) -> list[str]:
        """The first cards to introduce that `left` lets through."""
        named = self.store.setting(NEW_FIRST, list[str]())
        first = [item for item in named if self._is_of(item, topics)]
        decks = [
            deck
            for deck in self.course.decks
            if (not topics or deck.topic in topics) and left.of.get(deck.topic) != 0
        ]

        def wanted(ids: Iterable[str]) -> Iterator[str]:
            return (item for item in ids if only is None or item in only)

        groups: Iterator[tuple[str | None, Iterator[str]]] = chain(
            [(None, wanted(first))],
            (
                (topic, (item for item in wanted(ids) if item not in first))
                for topic, ids in self._in_new_order(decks, left.of)
            ),
        )
        if left.of:
            from quizapp.engine.limits import new_within

            return new_within(self, groups, left)
        return self.store.new_items(chain.from_iterable(ids for _, ids in groups), left.total)

    def _used(self) -> DayCounts:
        """What of today's limits has been used; of topics, too, where they have limits."""
        used, limits = self.store.answered_on(study_day(self.clock())), self.limits
        if not limits.of_topics:
            return used
        from quizapp.engine.limits import by_topic

        return by_topic(self, used)

    def _reviews_left(self, used: DayCounts | None = None) -> Allowance:
        """How many reviews today may still ask for, with `used` from whoever has it."""
        return Allowance.of_reviews(self.limits, used or self._used())

    def _new_cards_wait(self, used: DayCounts) -> bool:
        """Whether more reviews are due, of all topics, than today's limit lets through."""
        settings = self.settings
        if not settings.new_wait_for_backlog:
            return False
        due = self.store.due_items(self._end_of_day())
        reviews = sum(phase is Phase.REVIEW for _, phase in due)
        return reviews + used.reviews > settings.reviews_per_day

    def _in_new_order(
        self, decks: Sequence[Deck], limited: Collection[str]
    ) -> Iterator[tuple[str | None, Iterable[str]]]:
        """The cards of some decks in the order in which they are introduced, in groups.

        Args:
            decks: in the course's order.
            limited: topics each of which is to be a group with its name, where the order allows it.
        """
        settings = self.settings
        if settings.new_order is NewOrder.RANDOM:
            ids = chain.from_iterable(deck.card_ids for deck in decks)
            yield None, in_random_order(ids, settings.new_seed)
            return
        for topic, some in groupby(
            decks, lambda deck: deck.topic if deck.topic in limited else None
        ):
            yield topic, chain.from_iterable(deck.card_ids for deck in some)

    def _introduced(self, kept: Mapping[str, Any], card_id: str, *, alone: bool) -> None:
        """Follow an answer.

        Args:
            kept: what the memo keeps over it.
            card_id: of the card answered.
            alone: whether it changed no other card.
        """
        for new in kept.get(_NEW, {}).values():
            if card_id in new.ids:
                new.ids.remove(card_id)
        if not alone:
            self._memo.forget(_NEW)

    def _is_of(self, card_id: str, topics: Sequence[str]) -> bool:
        """Whether the course has the card, in one of `topics` unless that is empty."""
        key = self.course.keys_of([card_id]).get(card_id)
        return key is not None and (not topics or key.topic in topics)
