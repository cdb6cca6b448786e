"""Use-cases about cards: what waits, what is asked, what an answer does.

Owns the wiring of course, store and study; leaves the rules to `study` and the words to `wording`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice

from quizapp.clock import start_of_study_day, study_day
from quizapp.domain.cards import Card, Drawn, Option
from quizapp.domain.memory import ItemKind, Phase, Rating, Review, Schedule, Trigger
from quizapp.engine import wording
from quizapp.engine.base import NEW_FIRST, Workplace
from quizapp.engine.types import (
    CardRow,
    DeckDue,
    Prompt,
    SessionProgress,
)
from quizapp.errors import UsageError
from quizapp.study.parameters import draw, draw_seed
from quizapp.study.queue import LEARN_AHEAD, build_queue, study_ahead

_CANDIDATES = 200
"""Due cards, the most forgotten of them, among which the next one is chosen. More would only be
needed to spread topics over a longer stretch, and each one costs reading its note."""

_MOMENT = timedelta(microseconds=1)


class CardDesk(Workplace):
    """The engine's part about cards."""

    def deck_counts(self) -> tuple[DeckDue, ...]:
        """What waits in each deck today."""
        topics = {card: deck.topic for deck in self.course.decks for card in deck.card_ids}
        learning: dict[str, int] = {}
        due: dict[str, int] = {}
        for item, phase in self.store.due_items(self._end_of_day()):
            counted = due if phase is Phase.REVIEW else learning
            if item in topics:
                counted[topics[item]] = counted.get(topics[item], 0) + 1
        return tuple(
            DeckDue(
                deck.topic,
                deck.title,
                new=len(self.store.new_items(deck.card_ids, len(deck.card_ids))),
                learning=learning.get(deck.topic, 0),
                due=due.get(deck.topic, 0),
            )
            for deck in self.course.decks
        )

    def progress(self, topics: Sequence[str] = ()) -> SessionProgress:
        """What is left of today in `topics`, all of them when empty, within the daily limits."""
        decks = [deck for deck in self.deck_counts() if not topics or deck.topic in topics]
        today = study_day(self.clock())
        used, limits = self.store.answered_on(today), self.limits
        return SessionProgress(
            new_left=min(sum(deck.new for deck in decks), max(0, limits.new - used.new)),
            learning_left=sum(deck.learning for deck in decks),
            due_left=min(sum(deck.due for deck in decks), max(0, limits.reviews - used.reviews)),
            done_today=sum(
                day.answers for day in self.store.days(today) if day.kind is ItemKind.CARD
            ),
        )

    def next_card(
        self,
        topics: Sequence[str] = (),
        *,
        ahead: bool = False,
        skip: Collection[str] = (),
    ) -> Prompt | None:
        """The card to ask now; None when nothing is left within the daily limits.

        Args:
            topics: only these; all when empty.
            ahead: cards that are not due yet, most forgotten first. Their answers are practice and
                need not be recorded; `skip` those that were asked already.
            skip: ids of cards to leave out.

        Raises:
            UsageError: the course has no such topic.
        """
        wanted = self.known_topics(topics)
        stages = (self._ahead,) if ahead else (self._due_now, self._new, self._soon)
        for stage in stages:
            for card in stage(wanted):
                if card.id not in skip:
                    return self.prompt(card.id)
        return None

    def prompt(self, card_id: str) -> Prompt:
        """A card as it is asked now, with the values that it keeps until it is answered."""
        card = self.card(card_id)
        schedule = self.store.schedule(ItemKind.CARD, card.id)
        seed = draw_seed(card.id, schedule.reps)
        return Prompt(
            card, schedule, draw(card.note.given, seed), seed, self._retrievability(schedule)
        )

    def preview(self, card_id: str) -> dict[Rating, Schedule]:
        """What each rating would lead to if it were given now."""
        schedule = self.store.schedule(ItemKind.CARD, self.card(card_id).id)
        return self.scheduler.preview(schedule, self.clock())

    def answer(
        self,
        card_id: str,
        rating: Rating,
        *,
        at: datetime | None = None,
        answer_ms: int | None = None,
        drawn: Mapping[str, Drawn] | None = None,
    ) -> Schedule:
        """Record an answer and return the schedule after it, in one transaction.

        Args:
            card_id: today's or a former id.
            rating: how well it was remembered.
            at: aware; now when None.
            answer_ms: milliseconds from question to rating.
            drawn: the values asked with; those that `prompt` gives when None.

        Raises:
            UsageError: there is no such card, or `at` lies before its last answer.
        """
        card = self.card(card_id)
        now = at or self.clock()
        with self.store.transaction():
            before = self.store.schedule(ItemKind.CARD, card.id)
            if before.last_review is not None and now < before.last_review:
                raise UsageError(
                    now.astimezone().isoformat(timespec="seconds"),
                    f"{card.id} was answered later than that already",
                    "take that answer back by quizapp undo, or name a later time",
                )
            if drawn is None:
                drawn = draw(card.note.given, draw_seed(card.id, before.reps))
            review = Review(
                id=0,
                item=card.id,
                kind=ItemKind.CARD,
                trigger=Trigger.ANSWER,
                rating=rating,
                at=now,
                study_day=study_day(now),
                before=before,
                after=self.scheduler.review(before, rating, now),
                answer_ms=answer_ms,
                drawn=drawn or None,
            )
            self.store.set_setting("last_card", card.id)
            return self.store.record(review).after

    def undo(self) -> Review | None:
        """Take back the last answer, or submission with all its consequences; None without one."""
        return self.store.undo()

    def suspend(self, card_id: str, on: bool = True) -> Schedule:
        """Keep a card out of every session, or let it back in."""
        return self.store.set_state(ItemKind.CARD, self.card(card_id).id, suspended=on)

    def bury(self, card_id: str) -> Schedule:
        """Keep a card out of today's sessions."""
        tomorrow = study_day(self.clock()) + timedelta(days=1)
        return self.store.set_state(ItemKind.CARD, self.card(card_id).id, buried_until=tomorrow)

    def cards(
        self, search: str = "", *, topics: Sequence[str] = (), limit: int | None = None
    ) -> list[CardRow]:
        """Cards in the course's order.

        Args:
            search: words that a card must hold, all of them, in its id, topic, tags or either
                language's text, whatever their case.
            topics: only these; all when empty.
            limit: the first so many.
        """
        wanted = self.known_topics(topics)
        words = search.casefold().split()
        found = (
            card
            for deck in self.course.decks
            if not wanted or deck.topic in wanted
            for card in deck.cards
            if all(word in _searched(card) for word in words)
        )
        cards = list(islice(found, limit))
        few = len(cards) < _CANDIDATES
        schedules = {} if few else self.store.schedules(ItemKind.CARD)
        rows = []
        for card in cards:
            schedule = schedules.get(card.id) or (
                self.store.schedule(ItemKind.CARD, card.id)
                if few
                else Schedule(card.id, ItemKind.CARD)
            )
            rows.append(CardRow(card, schedule, self._retrievability(schedule)))
        return rows

    def front(self, prompt: Prompt) -> str:
        """What is asked, as Markdown in the learner's language."""
        return wording.front(prompt.card, prompt.drawn, self.language)

    def back(self, prompt: Prompt) -> str:
        """The explanation shown after answering, as Markdown; may be empty."""
        return wording.back(prompt.card, prompt.drawn, self.language)

    def title(self, card: Card) -> str:
        """The front on one line for lists; marks of drawn values stay as they are written."""
        return wording.title(card, self.language)

    def options(self, prompt: Prompt) -> tuple[Option, ...]:
        """The options of a choice card, in the order in which to show them; else empty."""
        return wording.options(prompt.card, prompt.drawn, prompt.seed)

    def _due_now(self, topics: Sequence[str]) -> list[Card]:
        return self._due_by(self.clock(), topics)

    def _soon(self, topics: Sequence[str]) -> list[Card]:
        return self._due_by(self.clock() + LEARN_AHEAD, topics)

    def _due_by(self, moment: datetime, topics: Sequence[str]) -> list[Card]:
        limit = None if topics else _CANDIDATES
        schedules = self.store.due_schedules(moment, limit=limit)
        known = [schedule for schedule in schedules if schedule.item in self.course.cards]
        if not known and len(schedules) == limit:  # all of them are of cards that are gone
            schedules = self.store.due_schedules(moment)
            known = [schedule for schedule in schedules if schedule.item in self.course.cards]
        return self._queue(known, topics)

    def _new(self, topics: Sequence[str]) -> list[Card]:
        left = self.limits.new - self.store.answered_on(study_day(self.clock())).new
        first = [
            item
            for item in self.store.setting(NEW_FIRST, list[str]())
            if item in self.course.cards
            and (not topics or self.course.cards[item].note.topic in topics)
        ]
        others = (
            item
            for deck in self.course.decks
            if not topics or deck.topic in topics
            for item in deck.card_ids
            if item not in first
        )
        ids = chain(first, others)
        wanted = self.store.new_items(ids, left) if left > 0 else []
        return self._queue([self.store.schedule(ItemKind.CARD, item) for item in wanted], topics)

    def _queue(self, schedules: Iterable[Schedule], topics: Sequence[str]) -> list[Card]:
        now = self.clock()
        known = {schedule.item: schedule for schedule in schedules}
        return build_queue(
            [self.course.cards[item] for item in known],
            known,
            self.limits,
            self.store.answered_on(study_day(now)),
            now,
            topics=topics,
            retrievability=forgotten_first(now),
            after=self._last_card(),
        )

    def _ahead(self, topics: Sequence[str]) -> list[Card]:
        now = self.clock()
        known = {
            item: schedule
            for item, schedule in self.store.schedules(ItemKind.CARD).items()
            if item in self.course.cards
        }
        cards = [self.course.cards[item] for item in known]
        return study_ahead(
            cards,
            known,
            now,
            topics=topics,
            retrievability=forgotten_first(now),
            after=self._last_card(),
        )

    def _last_card(self) -> Card | None:
        return self.course.cards.get(self.store.setting("last_card", ""))

    def _retrievability(self, schedule: Schedule) -> float | None:
        if schedule.memory is None:
            return None
        return self.scheduler.retrievability(schedule, self.clock())

    def _end_of_day(self) -> datetime:
        tomorrow = study_day(self.clock()) + timedelta(days=1)
        return start_of_study_day(tomorrow) - _MOMENT


def forgotten_first(now: datetime) -> Callable[[Schedule], float]:
    """A stand-in for the chance of recall that orders alike and costs no import of `fsrs`.

    With one set of parameters the chance falls as elapsed time over stability rises.
    """

    def order(schedule: Schedule) -> float:
        if schedule.memory is None or schedule.last_review is None:
            return 0.0
        return -((now - schedule.last_review).total_seconds() / schedule.memory.stability)

    return order


def _searched(card: Card) -> str:
    note = card.note
    options = (text for option in note.options for text in (option.text.en, option.text.zh))
    sides = (note.front.en, note.front.zh, note.back.en, note.back.zh)
    texts = (card.id, note.topic, *note.tags, *sides, note.code or "", *options)
    return "\n".join(texts).casefold()
