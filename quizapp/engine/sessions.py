"""Use-cases about a session: which items it serves, and what is left of it.

Owns choosing by topic, tag, exercise and query, exercises among the cards, and practice, which
records nothing. Leaves the order of the day to `cards` and `study.queue`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from quizapp.clock import start_of_study_day, study_day
from quizapp.domain.memory import ItemKind, Phase, Schedule
from quizapp.engine.lineup import forgotten_first
from quizapp.engine.pictures import PictureDesk
from quizapp.engine.revisions import bring_changed_forward
from quizapp.engine.searching import SearchDesk
from quizapp.engine.selection import DayReport, Mode, Selection, SelectionCounts
from quizapp.engine.types import SessionProgress
from quizapp.engine.upcoming import UpcomingDesk
from quizapp.errors import UsageError
from quizapp.study.practice import Practice
from quizapp.study.queue import LEARN_AHEAD

if TYPE_CHECKING:
    from quizapp.domain.cards import Card
    from quizapp.domain.course import Course
    from quizapp.domain.memory import Rating
    from quizapp.engine.prompts import Prompt
    from quizapp.engine.upcoming import ExercisePrompt

_FIRST, _ENOUGH = 200, 20
"""Cards among which the next one is chosen, at most and at least; each costs reading its note."""


class SessionDesk(UpcomingDesk, SearchDesk, PictureDesk):
    """The engine's part about sessions."""

    def sitting(self, selection: Selection | None = None) -> Sitting:
        """Begin a session.

        Args:
            selection: which cards, in which way; what is due of all when None.

        Raises:
            UsageError: a topic, the exercise or the search makes no sense, or no card meets it.
        """
        return Sitting(self, selection or Selection())

    def select(self, selection: Selection) -> list[str]:
        """Ids of the cards that meet a selection, in the course's order.

        Raises:
            UsageError: a topic, the exercise or the search makes no sense.
        """
        wanted = self.known_topics(selection.topics)
        if not selection.narrowed:
            decks = [deck for deck in self.course.decks if not wanted or deck.topic in wanted]
            return list(chain.from_iterable(deck.card_ids for deck in decks))
        from quizapp.engine.search import find_ids

        concepts, search = self._concepts_of(selection.exercise), self.written_out(selection.search)
        tags = {card for tag in selection.tags for card in self._tagged(tag, wanted)}
        return [
            card
            for card in find_ids(self.course, search, wanted, self._items_in)
            if (not selection.tags or card in tags)
            and (
                not selection.exercise
                or _used_by(self.course.cards[card], selection.exercise, concepts)
            )
        ]

    def _tagged(self, tag: str, topics: Collection[str]) -> Iterator[str]:
        from quizapp.engine.search import find_ids

        if '"' in tag:
            raise UsageError(tag, "no tag has a quotation mark", "leave it out")
        return find_ids(self.course, f'tag:"{tag}"', topics, self._items_in)

    def _concepts_of(self, slug: str) -> frozenset[str]:
        """Ids of the cards that an exercise names; none when no exercise is meant."""
        if not slug:
            return frozenset()
        exercise = self.exercise(slug)
        named = chain(exercise.concepts, *exercise.check_concepts.values())
        return frozenset(self.course.aliases.get(card, card) for card in named)

    def _is_hidden(self, schedule: Schedule | None) -> bool:
        from quizapp.study.queue import is_hidden

        return schedule is not None and is_hidden(schedule, self.today())

    def _coming_later(self, limit: int) -> list[Schedule]:
        """Reviews that come up after today, the most forgotten first."""
        return self.store.ahead_schedules(self._end_of_day(), limit=max(1, limit))

    def put_off(self, slug: str) -> Schedule:
        """Keep an exercise out of today's sessions."""
        until = self.today() + timedelta(days=1)
        return self.store.set_state(ItemKind.EXERCISE, slug, buried_until=until)

    def day_report(self) -> DayReport:
        """How today went over all sessions, and what comes tomorrow."""
        days = [day for day in self.store.days(self.today()) if day.kind is ItemKind.CARD]
        first = self.today() + timedelta(days=1)
        edges = [start_of_study_day(first + timedelta(days=number)) for number in range(2)]
        return DayReport(
            answers=sum(day.answers for day in days),
            answer_ms=sum(day.answer_ms for day in days),
            reviews=sum(day.young + day.mature for day in days),
            recalled=sum(day.young_recalled + day.mature_recalled for day in days),
            tomorrow=self.store.due_counts(edges)[1],
        )

    def turned_leech(self, before: Schedule, after: Schedule) -> bool:
        """Whether an answer has made a leech of a card, or shown again that it is one."""
        from quizapp.study.aftermath import becomes_leech

        return becomes_leech(before, after, self.settings)


class Sitting:
    """One session, as far as it must remember anything.

    What is due is asked of the store anew each time, so a session can be left at any point. Of
    practice nothing is stored; the pile of its cards lives here.

    Args:
        desk: where everything comes from.
        selection: which cards, in which way.
    """

    def __init__(self, desk: SessionDesk, selection: Selection) -> None:
        self.selection = selection
        self._desk = desk
        self._topics = desk.known_topics(selection.topics)
        self._course: Course | None = None
        self._ids: Collection[str] = ()
        self._pile: Practice | None = None
        self.skipped: set[str] = set()
        if selection.narrowed and not self._all():
            raise UsageError(
                "the selection", "no card meets all of it", "leave out one of its conditions"
            )

    def in_mode(self, mode: Mode) -> Sitting:
        """A session of the same cards in another way, which need not be looked for again."""
        other = copy(self)
        other.selection = replace(self.selection, mode=mode)
        other.skipped, other._pile = set(), None
        return other

    def _all(self) -> Collection[str]:
        """Ids of the selection's cards, in the course's order; found once a course."""
        if self._course is not self._desk.course:
            self._ids = dict.fromkeys(self._desk.select(self.selection))
            self._course = self._desk.course
        return self._ids

    def _chosen(self) -> Collection[str] | None:
        """Ids of the selection's cards; None for all of its topics, which need no looking at."""
        return self._all() if self.selection.narrowed else None

    # -- what comes next ----------------------------------------------------------------------

    def next(self) -> Prompt | ExercisePrompt | None:
        """The card or exercise to ask now; None when nothing is left.

        Raises:
            CourseError: a file of the exercise is wrong.
        """
        if not self.selection.recorded:
            return self._next_practised()
        chosen = self._chosen()
        if chosen is None:
            return self._desk.next_up(self._topics, skip=self.skipped)
        return self._desk._first_of(self._next_chosen(chosen), next(self.exercises(), None))

    def _next_chosen(self, chosen: Collection[str]) -> Prompt | None:
        """The card to ask of a narrowed selection, in the order of every session."""
        bring_changed_forward(self._desk)
        now = self._desk.clock()
        soon = now + LEARN_AHEAD
        for stage in (partial(self._due_by, now), self._new, partial(self._due_by, soon)):
            if cards := self._desk._queue(stage(chosen), ()):
                return self._desk.prompt(cards[0].id)
        return None

    def _due_by(self, moment: datetime, chosen: Collection[str]) -> list[Schedule]:
        found: list[Schedule] = []
        for limit in (_FIRST, 10 * _FIRST, None):
            due = self._desk.store.due_schedules(moment, limit=limit)
            found = [schedule for schedule in due if schedule.item in chosen]
            if self._desk.limits.reviews_of:
                from quizapp.engine.limits import reviews_within

                found = reviews_within(self._desk, found, self._desk._reviews_left())
            if len(found) >= _ENOUGH or len(due) != limit:
                break
        return found[:_FIRST]

    def _new(self, chosen: Collection[str]) -> list[Schedule]:
        store = self._desk.store
        new = self._desk._new_ids(self._topics, chosen)
        return [store.schedule(ItemKind.CARD, item) for item in new]

    def exercises(self) -> Iterator[Schedule]:
        """The due exercises of the selection; a search for cards asks for none."""
        selection = self.selection
        for schedule in self._desk.due_exercises(self._topics, self.skipped):
            if not selection.narrowed or (
                schedule.item == selection.exercise
                and not selection.tags
                and not selection.search.strip()
            ):
                yield schedule

    # -- practice -----------------------------------------------------------------------------

    def _next_practised(self) -> Prompt | None:
        if self._pile is None:
            self._pile = Practice(self._to_practise())
        while (item := self._pile.next) is not None:
            if item in self._desk.course.cards:
                return self._desk.prompt(item, times=self._pile.times(item))
            self._pile.drop(item)
        return None

    def _to_practise(self) -> list[str]:
        """Ids in the order in which they are practised: the most forgotten first, new ones last."""
        desk, known = self._desk, self._desk.store.schedules(ItemKind.CARD)
        if self.selection.mode is Mode.AHEAD:
            wanted = self._all()
            return [row.item for row in desk._coming_later(len(known)) if row.item in wanted]
        order = forgotten_first(desk.clock())
        shown = [
            schedule
            for item in self._all()
            if not desk._is_hidden(schedule := known.get(item, Schedule(item, ItemKind.CARD)))
        ]
        shown.sort(key=lambda schedule: (schedule.phase is Phase.NEW, order(schedule)))
        return [schedule.item for schedule in shown]

    def practised(self, card: str, rating: Rating) -> None:
        """Note an answer that is not recorded; a card that was not remembered comes again."""
        if self._pile is not None:
            self._pile.answered(card, remembered=rating > 1)

    def take_back(self) -> str | None:
        """Take the last practised answer back; return its card, None without one."""
        return self._pile.take_back() if self._pile is not None else None

    def leave_out(self, item: str) -> None:
        """Ask an exercise no more in this session, or a card no more in this practice."""
        self.skipped.add(item)
        if self._pile is not None:
            self._pile.drop(item)

    def let_in(self, item: str) -> None:
        """Ask next what was left out."""
        self.skipped.discard(item)
        if self._pile is not None:
            self._pile.put_back(item)

    # -- what is left -------------------------------------------------------------------------

    def counts(self) -> SelectionCounts:
        """How many cards of the selection each mode would ask."""
        desk, ids = self._desk, self._all()
        known = desk.store.schedules(ItemKind.CARD)
        left = self._left_of_today()
        return SelectionCounts(
            found=len(ids),
            due=left.new_left + left.learning_left + left.due_left,
            ahead=sum(row.item in ids for row in desk._coming_later(len(known))),
            cram=sum(not desk._is_hidden(known.get(card)) for card in ids),
            exercises=sum(1 for _ in self.exercises()),
        )

    def progress(self) -> SessionProgress:
        """What is left: of today within the daily limits, or of the pile."""
        if self._pile is not None:
            return SessionProgress(0, 0, 0, 0, practice_left=len(self._pile))
        return self._left_of_today()

    def new_waiting(self) -> int:
        """How many new cards today's limits leave for another day; 0 of practice."""
        desk, chosen = self._desk, self._chosen()
        if not self.selection.recorded:
            return 0
        if chosen is None:
            topics = self._topics or desk.course.topics
            new = sum(deck.new for deck in desk.deck_counts() if deck.topic in topics)
        else:
            met = desk.store.items_in("met")
            new = sum(item not in met for item in chosen)
        return new - self._left_of_today().new_left

    def next_step(self) -> datetime | None:
        """When the first card in learning, of those that come back today, is due; else None."""
        desk, chosen = self._desk, self._chosen()
        due = desk.store.due_items(desk._end_of_day())
        steps = [item for item, phase in due if phase is not Phase.REVIEW]
        for item in steps:
            if item in chosen if chosen is not None else desk._is_of(item, self._topics):
                return desk.store.schedule(ItemKind.CARD, item).due
        return None

    def _left_of_today(self) -> SessionProgress:
        chosen, desk = self._chosen(), self._desk
        if chosen is None:
            return desk.progress(self._topics)
        bring_changed_forward(desk)
        today = study_day(desk.clock())
        due = [
            (item, phase)
            for item, phase in desk.store.due_items(desk._end_of_day())
            if item in chosen
        ]
        reviews = [item for item, phase in due if phase is Phase.REVIEW]
        topics = (key.topic for key in desk.course.keys_of(reviews).values())
        return SessionProgress(
            new_left=len(self._new(chosen)),
            learning_left=len(due) - len(reviews),
            due_left=desk._reviews_left().most(Counter(topics)),
            done_today=sum(
                day.answers for day in desk.store.days(today) if day.kind is ItemKind.CARD
            ),
            overdue=desk.overdue(self._topics, chosen),
        )


def _used_by(card: Card, slug: str, concepts: Collection[str]) -> bool:
    """Whether an exercise uses a card: its note names the exercise, or the exercise names it."""
    return slug in card.note.exercises or card.id in concepts or card.note.id in concepts
