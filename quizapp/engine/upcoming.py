"""Use-cases about cards and exercises together: which of them comes next.

Owns bringing the two queues together; leaves each to its own desk and the rule to `study.queue`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from quizapp.domain.memory import ItemKind, Schedule
from quizapp.engine.cards import CardDesk
from quizapp.engine.exercises import ExerciseDesk
from quizapp.engine.lineup import forgotten_first
from quizapp.study.queue import exercise_comes_first

if TYPE_CHECKING:
    from quizapp.domain.exercises import Exercise
    from quizapp.engine.prompts import Prompt


class ExercisePrompt(NamedTuple):
    """An exercise that has come up again; `retrievability` is the chance of recall now."""

    exercise: Exercise
    schedule: Schedule
    retrievability: float | None


class UpcomingDesk(CardDesk, ExerciseDesk):
    """The engine's part about what comes next."""

    def next_up(
        self, topics: Sequence[str] = (), *, skip: Collection[str] = ()
    ) -> Prompt | ExercisePrompt | None:
        """The card or the exercise to do now; None when nothing is left of today.

        Exercises stand among the reviews, the most forgotten first; steps, and cards that a failed
        check brought forward, come before them, new cards after.

        Args:
            topics: only these; all when empty.
            skip: slugs of exercises to leave out.

        Raises:
            UsageError: the course has no such topic.
            CourseError: a file of the exercise is wrong.
        """
        return self._first_of(self.next_card(topics), self._due_exercise(topics, skip))

    def _first_of(
        self, prompt: Prompt | None, waiting: Schedule | None
    ) -> Prompt | ExercisePrompt | None:
        """The card that is next, or an exercise that is due, whichever comes first."""
        now = self.clock()
        asked = prompt.schedule if prompt else None
        if waiting is None or not exercise_comes_first(waiting, asked, now, forgotten_first(now)):
            return prompt
        chance = self._retrievability(waiting)
        return ExercisePrompt(self.course.exercises[waiting.item], waiting, chance)

    def _due_exercise(self, topics: Sequence[str], skip: Collection[str] = ()) -> Schedule | None:
        """The most forgotten exercise of those that are due; reads none but those it names."""
        return next(self.due_exercises(topics, skip), None)

    def due_exercises(
        self, topics: Sequence[str] = (), skip: Collection[str] = ()
    ) -> Iterator[Schedule]:
        """The exercises that are due, the most forgotten first; `skip` leaves slugs out."""
        known = self.course.exercises
        for schedule in self.store.due_schedules(self.clock(), ItemKind.EXERCISE):
            wanted = schedule.item in known and schedule.item not in skip
            if wanted and (not topics or known[schedule.item].topic in topics):
                yield schedule
