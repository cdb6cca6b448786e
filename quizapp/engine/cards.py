"""Use-cases about cards: what waits, what is asked, what an answer does.

Owns the wiring of course, store and study; leaves the rules to `study`, the words to `wording`, new
cards to `introducing` and lists to `searching`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from quizapp.clock import start_of_study_day, study_day
from quizapp.domain.cards import Card, CardKey, Drawn, Option
from quizapp.domain.memory import ItemKind, Phase, Rating, Review, Schedule, Trigger
from quizapp.engine import lineup as lineups
from quizapp.engine import wording
from quizapp.engine.base import LOAD
from quizapp.engine.introducing import IntroducingDesk
from quizapp.engine.lineup import forgotten_first
from quizapp.engine.prompts import Prompt
from quizapp.engine.revisions import bring_changed_forward, met_with
from quizapp.errors import Phrase, StaleReviewError, UsageError
from quizapp.study.aftermath import consequences, is_leech
from quizapp.study.parameters import values_of
from quizapp.study.queue import build_queue, study_ahead

if TYPE_CHECKING:
    from quizapp.engine.types import DeckDue, SessionProgress
    from quizapp.study.balance import KnownLoad

_CANDIDATES = 200
"""Due cards, the most forgotten of them, among which the next one is chosen. More would only be
needed to spread topics over a longer stretch, and each one costs reading its note."""

_ENOUGH = 20
"""Cards of the topics asked for that are enough to choose from."""

_LINEUP = "lineup"
_MOMENT = timedelta(microseconds=1)


def _answered_since(shown: Schedule, present: Schedule) -> bool:
    """Whether an item was answered, or an answer to it taken back; marks do not count."""
    return (shown.reps, shown.last_review, shown.memory) != (
        present.reps,
        present.last_review,
        present.memory,
    )


class CardDesk(IntroducingDesk):
    """The engine's part about cards."""

    def deck_counts(self) -> tuple[DeckDue, ...]:
        """What waits in each deck today."""
        from quizapp.engine.types import DeckDue

        learning, due = self._coming_up()
        topics = self.topics_of_cards()
        met = Counter(topics.get(item) for item in self.store.items_in("met"))
        return tuple(
            DeckDue(
                deck.topic,
                deck.title,
                new=len(deck.card_ids) - met[deck.topic],
                learning=learning[deck.topic],
                due=due[deck.topic],
            )
            for deck in self.course.decks
        )

    def progress(self, topics: Sequence[str] = ()) -> SessionProgress:
        """What is left of today in `topics`, all of them when empty, within the daily limits."""
        from quizapp.engine.types import SessionProgress

        wanted = self.known_topics(topics) or self.course.topics
        learning, due = self._coming_up()
        today, used = study_day(self.clock()), self._used()
        return SessionProgress(
            new_left=len(self._new_ids(topics, used=used)),
            learning_left=sum(learning[topic] for topic in wanted),
            due_left=self._reviews_left(used).most({topic: due[topic] for topic in wanted}),
            done_today=sum(
                day.answers for day in self.store.days(today) if day.kind is ItemKind.CARD
            ),
            overdue=self.overdue(topics),
        )

    def overdue(self, topics: Sequence[str] = (), only: Collection[str] | None = None) -> int:
        """Reviews whose day was before today, limits or not; with `only`, of these cards."""
        yesterday = start_of_study_day(study_day(self.clock())) - _MOMENT
        late = [item for item, phase in self.store.due_items(yesterday) if phase is Phase.REVIEW]
        if only is not None:
            return sum(item in only for item in late)
        keys = self.course.keys_of(late).values()
        return sum(not topics or key.topic in topics for key in keys)

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
        if ahead:
            return next((self.prompt(card.id) for card in self._ahead(wanted, skip)), None)
        now = self.clock()
        with self._memo.lock:
            lineup = self._memo.get(_LINEUP, lambda: lineups.load(self, wanted))
            if not lineup.serves(self.course, wanted, now):
                self._memo.forget(_LINEUP)
                lineup = self._memo.get(_LINEUP, lambda: lineups.load(self, wanted))
            found = lineup.waiting.next(now, skip)
        return self.prompt(found.id) if found else None

    def prompt(self, card_id: str, *, times: int = 0) -> Prompt:
        """A card as it is asked now, with the values that it keeps until it is answered.

        Args:
            card_id: today's or a former id.
            times: how often it was asked without recording it; draws other values each time.
        """
        card = self.card(card_id)
        schedule = self.store.schedule(ItemKind.CARD, card.id)
        asked = schedule.reps + times
        return Prompt(card, schedule, values_of(card, asked), asked)

    def recall(self, prompt: Prompt) -> float | None:
        """Chance that a card is recalled now; None for one never answered."""
        return self._retrievability(prompt.schedule)

    def preview(self, card_id: str) -> dict[Rating, Schedule]:
        """What each rating would lead to if it were given now."""
        schedule = self.store.schedule(ItemKind.CARD, self.card(card_id).id)
        return self.balanced_scheduler.preview(schedule, self.clock())

    def answer(
        self,
        card_id: str,
        rating: Rating,
        *,
        at: datetime | None = None,
        answer_ms: int | None = None,
        drawn: Mapping[str, Drawn] | None = None,
        shown: Schedule | None = None,
    ) -> Schedule:
        """Record an answer and return the schedule after it, in one transaction.

        Args:
            card_id: today's or a former id.
            rating: how well it was remembered.
            at: aware; now when None.
            answer_ms: milliseconds from question to rating.
            drawn: the values asked with; those that `prompt` gives when None.
            shown: the schedule that the card had when it was asked; unknown when None.

        Raises:
            UsageError: there is no such card, or `at` lies before its last answer.
            StaleReviewError: the card was answered elsewhere since it was shown.
            BusyError: another process is writing; the same can be tried again.
        """
        card = self.card(card_id)
        now = at or self.clock()
        with self.store.transaction():
            version = self.store.version()
            before = self.store.schedule(ItemKind.CARD, card.id)
            if shown is not None and _answered_since(shown, before):
                raise StaleReviewError(
                    card.id,
                    "it was answered in another window since it was shown",
                    "that answer stands, and this one was not recorded",
                )
            if before.last_review is not None and now < before.last_review:
                raise UsageError(
                    now.astimezone().isoformat(timespec="seconds"),
                    Phrase("{card} was answered later than that already", card=card.id),
                    "see whether the clock is right, take that answer back by quizapp undo, or "
                    "name a later time",
                )
            if drawn is None:
                drawn = values_of(card, before.reps)
            review = Review.of(
                Trigger.ANSWER,
                before,
                self.balanced_scheduler.review(before, rating, now),
                now,
                rating=rating,
                answer_ms=answer_ms,
                drawn=met_with(drawn, card.note.rev),
            )
            rows = [review, *self._consequences(card, review)]
            recorded = self.store.record_all(rows, sure=True)
            self._follow(version, card, recorded)
            return next(row.after for row in reversed(recorded) if row.item == card.id)

    def _follow(self, version: tuple[int, ...], card: Card, recorded: Sequence[Review]) -> None:
        """Keep what an answer has left as it was; inside the transaction that records it."""
        kept = self._memo.advance(version, self.store.version())
        load: KnownLoad | None = kept.get(LOAD)
        lineup: lineups.Lineup | None = kept.get(_LINEUP)
        key, (review, *others) = CardKey(card.id, card.note.id, card.note.topic), recorded
        if load is not None:
            for row in recorded:
                load.answered(row.before, row.after)
        self._introduced(kept, card.id, alone=not others)
        if lineup is not None and (
            others or not lineup.answered(key, review.before, review.after, review.at)
        ):
            self._memo.forget(_LINEUP)

    def is_leech(self, schedule: Schedule) -> bool:
        """Whether a card has been forgotten so often that it needs another wording."""
        return is_leech(schedule, self.settings)

    def _consequences(self, card: Card, review: Review) -> list[Review]:
        """Log rows of what else an answer does; undone together with it."""
        settings = self.settings
        siblings = self._siblings(card) if settings.bury_siblings else []
        return [
            review._replace(
                item=before.item,
                trigger=Trigger.STATE,
                rating=None,
                before=before,
                after=after,
                answer_ms=None,
                drawn=None,
            )
            for before, after in consequences(
                review.before, review.after, siblings, settings, review.at
            )
        ]

    def _siblings(self, card: Card) -> list[Schedule]:
        """Schedules of the other cards of a card's note."""
        from quizapp.course.notes import cards_of

        return [
            self.store.schedule(ItemKind.CARD, each.id)
            for each in cards_of(card.note)
            if each.id != card.id
        ]

    def undo(self) -> Review | None:
        """Take back the last answer, submission or decision, with all that it did; None without."""
        return self.store.undo()

    def suspend(self, card_id: str, on: bool = True) -> Schedule:
        """Keep a card out of every session, or let it back in."""
        return self.store.set_state(ItemKind.CARD, self.card(card_id).id, suspended=on)

    def bury(self, card_id: str) -> Schedule:
        """Keep a card out of today's sessions."""
        tomorrow = study_day(self.clock()) + timedelta(days=1)
        return self.store.set_state(ItemKind.CARD, self.card(card_id).id, buried_until=tomorrow)

    def front(self, prompt: Prompt) -> str:
        """What is asked, as Markdown in the learner's language."""
        return wording.front(prompt.card, prompt.drawn, self.language)

    def back(self, prompt: Prompt) -> str:
        """The explanation shown after answering, as Markdown; may be empty."""
        return wording.back(prompt.card, prompt.drawn, self.language)

    def options(self, prompt: Prompt) -> tuple[Option, ...]:
        """The options of a choice card, in the order in which to show them; else empty."""
        if not prompt.card.note.options:
            return ()
        return wording.options(prompt.card, prompt.drawn, prompt.seed)

    def _coming_up(self) -> tuple[Counter[str], Counter[str]]:
        """Learning steps and reviews that fall on today, counted by topic."""
        bring_changed_forward(self)
        found = self.store.due_items(self._end_of_day())
        keys = self.course.keys_of(item for item, _ in found)
        learning, due = Counter[str](), Counter[str]()
        for item, phase in found:
            if item in keys:
                (due if phase is Phase.REVIEW else learning)[keys[item].topic] += 1
        return learning, due

    def _queue(self, schedules: Iterable[Schedule], topics: Sequence[str]) -> list[CardKey]:
        now = self.clock()
        known = {schedule.item: schedule for schedule in schedules}
        return build_queue(
            self.course.keys_of(known).values(),
            known,
            self.limits,
            self._used(),
            now,
            topics=topics,
            retrievability=forgotten_first(now),
            after=self._last_card(),
        )

    def _ahead(self, topics: Sequence[str], skip: Collection[str]) -> list[CardKey]:
        now, end = self.clock(), self._end_of_day()
        # As many as are needed to spread them: reading the notes of all would take seconds.
        limit, found = _CANDIDATES, list[Schedule]()
        while True:
            waiting = self.store.ahead_schedules(end, limit=limit)
            found = [
                schedule
                for schedule in waiting
                if schedule.item not in skip and self._is_of(schedule.item, topics)
            ]
            if len(found) >= _ENOUGH or len(waiting) < limit:
                break
            limit *= 10
        known = {schedule.item: schedule for schedule in found[:_CANDIDATES]}
        return study_ahead(
            self.course.keys_of(known).values(),
            known,
            now,
            topics=topics,
            retrievability=forgotten_first(now),
            after=self._last_card(),
        )

    def _last_card(self) -> CardKey | None:
        last = self.store.last_answered()
        return self.course.keys_of([last]).get(last)

    def _retrievability(self, schedule: Schedule) -> float | None:
        if schedule.memory is None:
            return None
        return self.scheduler.retrievability(schedule, self.clock())
