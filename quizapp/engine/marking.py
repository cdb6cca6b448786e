"""Use-cases about what the learner decides of single items: suspend, bury, flag.

Owns finding what is meant; leaves what a state is to `store`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from quizapp.clock import study_day
from quizapp.domain.memory import FLAGS, ItemKind, Schedule
from quizapp.engine.base import Workplace
from quizapp.engine.names import did_you_mean
from quizapp.errors import UsageError


class MarkingDesk(Workplace):
    """The engine's part about states that the learner sets."""

    def mark(
        self,
        names: Sequence[str],
        *,
        suspended: bool | None = None,
        buried: bool | None = None,
        flag: int | None = None,
        siblings: bool = False,
    ) -> list[Schedule]:
        """Suspend, bury or flag items, or take that back; all of them, or none.

        Args:
            names: ids of cards, of notes for all their cards, or slugs of exercises.
            suspended: whether they stay out of every session; None leaves it as it is.
            buried: whether they stay out of today's; None leaves it as it is.
            flag: 0 for none, to 7; None leaves it as it is.
            siblings: whether the other cards of a card's note are meant, too.

        Returns:
            The schedules after it, each item once.

        Raises:
            UsageError: a name is none of these, or the flag is out of range.
        """
        if flag is not None and flag not in FLAGS:
            raise UsageError(f"flag {flag}", "there is no such flag", "use 0 for none, or 1 to 7")
        items = dict.fromkeys(item for name in names for item in self._named(name, siblings))
        until = study_day(self.clock()) + timedelta(days=1) if buried else None
        with self.store.transaction():
            return [
                self.store.set_state(
                    kind,
                    item,
                    suspended=suspended,
                    buried_until=... if buried is None else until,
                    flag=flag,
                )
                for kind, item in items
            ]

    def _named(self, name: str, siblings: bool) -> list[tuple[ItemKind, str]]:
        """The items that a name stands for."""
        card = self.course.aliases.get(name, name)
        topics = self.topics_of_cards()
        if card in topics and not siblings:
            return [(ItemKind.CARD, card)]
        note = _note_of(card)
        cards = [each for each in topics if _note_of(each) == note]
        if cards and (card in topics or card == note):
            return [(ItemKind.CARD, each) for each in cards]
        if name in self.course.exercises:
            return [(ItemKind.EXERCISE, name)]
        known = [*topics, *(_note_of(each) for each in topics), *self.course.exercises]
        remedy = did_you_mean(name, dict.fromkeys(known)) or "quizapp cards lists them"
        raise UsageError(name, "there is no such card, note or exercise", remedy)


def _note_of(card: str) -> str:
    """Id of the note that a card belongs to."""
    return card.partition("/")[0]
