"""Use-cases about figures: what was learned, how well, and what is coming.

Owns which data each figure is counted from; leaves the sums to `study`. Days and retention of all
topics come from the rollup of days, memory from the schedules, and the rest from the answers of the
log as columns, which are remembered between calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from quizapp.clock import study_day
from quizapp.domain.memory import ItemKind
from quizapp.engine.exercises import ExerciseDesk
from quizapp.engine.plotting import PlottingDesk
from quizapp.engine.types import Stats
from quizapp.errors import Phrase, UsageError

if TYPE_CHECKING:
    from quizapp.domain.history import Day
    from quizapp.store.facts import Facts
    from quizapp.study.columns import AnswerColumns
    from quizapp.study.statistics import Streak
    from quizapp.study.tries import ExerciseAttempts

YEAR = 365


class StatisticsDesk(PlottingDesk, ExerciseDesk):
    """The engine's part about figures."""

    _facts: Facts | None = None

    def streak(self) -> Streak:
        """Study days in a row; at once, whatever the number of answers."""
        from quizapp.study.statistics import streak

        return streak(self.store.days(), study_day(self.clock()))

    def stats(self, topics: Sequence[str] = (), days: int | None = YEAR) -> Stats:
        """What was learned, and what is coming; undone answers do not count.

        Safe to be called on another thread. The first call of a process may take seconds where
        there are 100,000 answers; later ones read what is new.

        Args:
            topics: only cards and exercises of these; all when empty.
            days: how many study days back the figures of the span go; None for all.

        Raises:
            UsageError: the course has no such topic, or `days` is less than 1.
        """
        from quizapp.study import answered
        from quizapp.study.calibration import calibration_of
        from quizapp.study.columns import StandingColumns, places_of
        from quizapp.study.memories import forecast, leeches, memories
        from quizapp.study.progress import deck_progress
        from quizapp.study.statistics import heat_map, retention, streak, totals

        if days is not None and days < 1:
            raise UsageError(
                "days", Phrase("{days} days hold nothing", days=days), "ask for 1 or more"
            )
        wanted = self.known_topics(topics)
        today, decay = study_day(self.clock()), self.scheduler.decay(ItemKind.CARD)
        back = today.toordinal() if days is None else min(days, today.toordinal())
        first = today - timedelta(days=back - 1)
        topics_of, sizes = self.topics_of_cards(), self._sizes(wanted)
        every = self._answers(list(sizes) if wanted else None)
        answers = every.since(first.toordinal())
        tally = answered.by_day(answers)
        history = self._days(every, wanted)
        of_span = [day for day in history if day.day >= first]
        standings = StandingColumns.of(self.store.standings())
        decks = places_of(standings.items, sizes, topics_of)
        standings, decks = standings.only(decks >= 0), decks[decks >= 0]
        given, milliseconds = totals(history, today)
        coming = forecast(standings, today)
        return Stats(
            today=today,
            answers_today=given,
            milliseconds_today=milliseconds,
            streak=streak(history, today),
            retention=retention(day for day in history if day.kind is ItemKind.CARD),
            forecast=coming.days,
            heat_map=heat_map(history, today),
            decks=deck_progress(sizes, decks, standings),
            exercises=tuple(
                row for row in self.exercises() if not wanted or row.exercise.topic in wanted
            ),
            calibration=calibration_of(answers, decay),
            topics=wanted,
            span=days,
            answers=sum(day.answers for day in of_span),
            milliseconds=sum(day.answer_ms for day in of_span),
            days_studied=len({day.day for day in of_span if day.answers}),
            retention_in_span=answered.retention_of(tally),
            days=tuple(of_span),
            months=answered.months(tally),
            hours=answered.hours(answers),
            buttons=answered.buttons(tally),
            times=answered.answer_times(answers),
            forecast_months=coming.months,
            backlog=coming.backlog,
            memories=memories(standings, today, decay),
            deck_answers=answered.deck_answers(
                answers, list(sizes), places_of(answers.names, sizes, topics_of)
            ),
            leeches=leeches(standings, self.settings.leech_lapses),
            attempts=self._attempts(wanted, today),
        )

    def _sizes(self, wanted: Sequence[str]) -> dict[str, int]:
        """Topic -> cards of its deck, of some topics; of all when empty."""
        return {
            deck.topic: len(deck.card_ids)
            for deck in self.course.decks
            if not wanted or deck.topic in wanted
        }

    def _answers(self, decks: Sequence[str] | None) -> AnswerColumns:
        """The answers of the log to the cards of some decks; to all, and any others, when None."""
        from quizapp.study.columns import AnswerColumns, places_of

        self._facts = facts = self.store.facts(self._cache, self._facts)
        answers = AnswerColumns.of(self.store.present(facts.answers))
        if decks is None:
            return answers
        known = places_of(answers.names, decks, self.topics_of_cards()) >= 0
        return answers.only(known[answers.items])

    def _days(self, answers: AnswerColumns, wanted: Sequence[str]) -> list[Day]:
        """What each study day came to, in some topics; in all when empty."""
        if not wanted:
            return self.store.days()
        from quizapp.study.answered import by_day, days_of, days_of_exercises

        slugs = self._slugs(wanted)
        rated = (review for review in self.store.reviews(ItemKind.EXERCISE) if review.item in slugs)
        return days_of(answers, by_day(answers)) + days_of_exercises(rated)

    def _slugs(self, wanted: Sequence[str]) -> list[str]:
        return [
            slug
            for slug, exercise in self.course.exercises.items()
            if not wanted or exercise.topic in wanted
        ]

    def _attempts(self, wanted: Sequence[str], today: date) -> tuple[ExerciseAttempts, ...]:
        from quizapp.study.curve import recall
        from quizapp.study.tries import attempts_of

        standings = self.store.standings(ItemKind.EXERCISE)
        decay = self.scheduler.decay(ItemKind.EXERCISE)
        chances = {
            each.item: recall(max(0, today.toordinal() - each.last), each.stability, decay)
            for each in standings
            if each.last is not None and each.stability
        }
        return attempts_of(self._slugs(wanted), self.store.attempts(), standings, chances)
