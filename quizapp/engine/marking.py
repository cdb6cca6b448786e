"""Use-cases about what the learner decides of cards: suspend, bury, flag, reset, move, hand over.

Owns finding what is meant, and which day is; leaves what a state is to `store`. Each of these is
one transaction and is taken back as one, however many items it is about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from types import EllipsisType
from typing import NamedTuple

from quizapp.clock import start_of_study_day, study_day
from quizapp.domain.cards import Drawn
from quizapp.domain.memory import (
    FLAGS,
    ItemKind,
    Review,
    Schedule,
    Trigger,
    as_new,
    marked,
    moved_to,
)
from quizapp.engine.base import Workplace
from quizapp.engine.names import did_you_mean
from quizapp.errors import Phrase, UsageError
from quizapp.store.rows import to_micros

_MOST_DAYS = 36_500
_MANY = 1000

Item = tuple[ItemKind, str]


class When(NamedTuple):
    """A day to move items to: the same for all, or each one's own day and some.

    Attributes:
        day: a study day; None where `shift` counts.
        shift: days later, or earlier when negative, than the day it has; from today where that has
            passed, and never before today.
    """

    day: date | None = None
    shift: int = 0


class Changed(NamedTuple):
    """What a decision came to.

    Attributes:
        schedules: of all items that were meant, after it.
        changed: how many of them are not as they were.
        first: the first row of the log; None where nothing changed.
        dayless: ids of those that were to be moved and are new, so have no day.
    """

    schedules: tuple[Schedule, ...]
    changed: int
    first: Review | None
    dayless: tuple[str, ...] = ()


def parse_when(text: str, today: date) -> When:
    """The day that is meant by `+3`, `-2`, `today`, `tomorrow` or `2026-12-24`.

    Raises:
        UsageError: it is none, or lies before today or a century ahead.
    """
    word = text.strip().casefold()
    remedy = "write +3 or -2 for days, today, tomorrow, or a day like 2026-12-24"
    if re.fullmatch(r"[+-][0-9]{1,6}", word):
        shift = int(word)
        if abs(shift) > _MOST_DAYS:
            raise UsageError(text, "that is too far away", remedy)
        return When(shift=shift)
    named = {"today": today, "tomorrow": today + timedelta(days=1)}
    try:
        day = named.get(word) or date.fromisoformat(word)
    except ValueError:
        raise UsageError(text or "''", "that is no day", remedy) from None
    if not today <= day <= today + timedelta(days=_MOST_DAYS):
        raise UsageError(text, "that day has passed, or is too far away", remedy)
    return When(day)


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
        items = self.named(names, siblings=siblings)
        return [*self.decide(items, suspended=suspended, buried=buried, flag=flag).schedules]

    def decide(
        self,
        items: Sequence[Item],
        *,
        suspended: bool | None = None,
        buried: bool | None = None,
        flag: int | None = None,
    ) -> Changed:
        """As `mark`, of items that are known to be there.

        Raises:
            UsageError: the flag is out of range.
        """
        if flag is not None and flag not in FLAGS:
            raise UsageError(f"flag {flag}", "there is no such flag", "use 0 for none, or 1 to 7")
        until: date | EllipsisType | None = ...
        if buried is not None:
            until = self.today() + timedelta(days=1) if buried else None
        with self.store.transaction():
            before = self._schedules(items)
            after = tuple(
                marked(each, suspended=suspended, buried_until=until, flag=flag) for each in before
            )
            changed, first = self.store.set_states(zip(before, after, strict=True))
        return Changed(after, changed, first)

    def _schedules(self, items: Sequence[Item]) -> list[Schedule]:
        """The schedule of each item; all are read at once where many are wanted."""
        if len(items) < _MANY:
            return [self.store.schedule(kind, item) for kind, item in items]
        known = {kind: self.store.schedules(kind) for kind in {kind for kind, _ in items}}
        return [known[kind].get(item) or Schedule(item, kind) for kind, item in items]

    def reset(self, items: Sequence[Item]) -> Changed:
        """Make items new again, as if never answered; the log keeps what was answered.

        They stay suspended and flagged as they are. `undo` takes it back.
        """
        return self._reschedule(items, Trigger.RESET, as_new)

    def move(self, items: Sequence[Item], when: When) -> Changed:
        """Move the day on which items come back; new ones have none and stay.

        Their memory stays as it is. `undo` takes it back.
        """
        today = self.today()

        def moved(schedule: Schedule) -> Schedule:
            if schedule.due is None:
                return schedule
            day = when.day
            if day is None:
                day = max(today, study_day(schedule.due)) + timedelta(days=when.shift)
            return moved_to(schedule, start_of_study_day(max(today, day)))

        changed = self._reschedule(items, Trigger.MOVED, moved)
        dayless = tuple(each.item for each in changed.schedules if each.due is None)
        return changed._replace(dayless=dayless)

    def take_back(self, changed: Changed) -> int:
        """Take a decision back, whatever was decided since; returns of how many items.

        Raises:
            StoreError: it is taken back already, or an item was answered since it was rescheduled.
        """
        return 0 if changed.first is None else self.store.undo_only(changed.first)

    def hand_over(self, former: str, card_id: str) -> Schedule:
        """Let a card go on with the history of one that is gone; `undo` takes it back.

        Args:
            former: an id that has a history and no card.
            card_id: a card without a history of its own.

        Raises:
            UsageError: one of the two is not such.
        """
        topics = self.topics_of_cards()
        if former in topics:
            remedy = "only the history of a card that is gone can be handed over"
            raise UsageError(former, "the course still has this card", remedy)
        if self.store.schedule(ItemKind.CARD, former) == Schedule(former, ItemKind.CARD):
            gone = self.store.scheduled(ItemKind.CARD) - topics.keys()
            remedy = did_you_mean(former, gone) or "quizapp cards --search is:orphan lists them"
            raise UsageError(former, "it has no history", remedy)
        target = self.course.aliases.get(card_id, card_id)
        if target not in topics:
            remedy = did_you_mean(target, topics) or "quizapp cards lists them"
            raise UsageError(card_id, "there is no such card", remedy)
        if not self.store.rename(former, target, by_learner=True):
            remedy = Phrase(
                "quizapp cards {card} --reset first; it must not be flagged or suspended",
                card=target,
            )
            raise UsageError(card_id, "it has a history of its own", remedy)
        return self.store.schedule(ItemKind.CARD, target)

    def named(self, names: Sequence[str], *, siblings: bool = False) -> list[Item]:
        """The items that names stand for, each once.

        Args:
            names: ids of cards, of notes for all their cards, or slugs of exercises.
            siblings: whether the other cards of a card's note are meant, too.

        Raises:
            UsageError: a name is none of these.
        """
        return list(dict.fromkeys(item for name in names for item in self._named(name, siblings)))

    def _reschedule(
        self, items: Sequence[Item], trigger: Trigger, change: Callable[[Schedule], Schedule]
    ) -> Changed:
        now, moving = self.clock(), trigger is Trigger.MOVED
        with self.store.transaction():
            before = self._schedules(items)
            after = [change(schedule) for schedule in before]
            rows = [
                Review.of(trigger, old, new, now, drawn=_moved_to(new) if moving else None)
                for old, new in zip(before, after, strict=True)
                if old != new
            ]
            written = self.store.record_all(rows, sure=True) if rows else []
        return Changed(tuple(after), len(written), written[0] if written else None)

    def _named(self, name: str, siblings: bool) -> list[Item]:
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


def _moved_to(schedule: Schedule) -> dict[str, Drawn] | None:
    """What a `MOVED` row keeps of the day that an item was moved to."""
    return {"due": to_micros(schedule.due)} if schedule.due else None
