"""Use-cases about exercises: starting, checking, submitting, asking for help.

Owns what a judging leaves behind: the submission, the exercise's review, the cards that a failure
brings forward. Leaves judging to the judge and ratings to `study.exercises`.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from quizapp.clock import start_of_study_day, study_day
from quizapp.domain.memory import ItemKind, Phase, Rating, Review, Schedule, Trigger
from quizapp.engine.base import NEW_FIRST
from quizapp.engine.futures import then
from quizapp.engine.variants import VariantDesk
from quizapp.errors import Phrase, UsageError
from quizapp.study.exercises import (
    attempt_since,
    bring_forward,
    deserves_credit,
    rated_today,
    rating_for,
)
from quizapp.study.queue import is_due
from quizapp.study.seeds import seed_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from quizapp.domain.exercises import Exercise
    from quizapp.domain.outcomes import Outcome
    from quizapp.domain.records import SubmissionRow
    from quizapp.engine.types import ExerciseRow, ExercisesDue, Hint, Submitted

LOAD = "load"
"""Id of the result that stands for reading and importing the file; no check of the course."""

_SEEDS = 2**31


class ExerciseDesk(VariantDesk):
    """The engine's part about exercises."""

    def exercises(self) -> list[ExerciseRow]:
        """All exercises in the course's order, with how far the learner got.

        Raises:
            CourseError: a file of one of them is wrong.
        """
        now = self.clock()
        schedules = self.store.schedules(ItemKind.EXERCISE)
        submitted: dict[str, list[SubmissionRow]] = {}
        for row in self.store.submissions():
            submitted.setdefault(row.exercise, []).append(row)
        return [
            _row(
                exercise,
                schedules.get(slug) or Schedule(slug, ItemKind.EXERCISE),
                submitted.get(slug, []),
                now,
                self.asked(slug).variant,
            )
            for slug, exercise in self.course.exercises.items()
        ]

    def exercise_counts(self) -> ExercisesDue:
        """How many exercises are new, and how many have come up again; reads none of them."""
        from quizapp.engine.types import ExercisesDue

        now = self.clock()
        schedules = self.store.schedules(ItemKind.EXERCISE)
        known = [schedules[slug] for slug in self.course.exercises if slug in schedules]
        tried = {row.exercise for row in self.store.submissions()}
        rated = {schedule.item for schedule in known if schedule.phase is not Phase.NEW}
        return ExercisesDue(
            new=sum(slug not in tried and slug not in rated for slug in self.course.exercises),
            due=sum(is_due(schedule, now) for schedule in known),
        )

    def start(self, slug: str, file: Path | None = None, *, variant: str | None = None) -> Path:
        """Copy the starter to `file`; by default one here, and in a folder, named after it.

        Args:
            slug: of the exercise.
            file: `<slug>.py` when None, `<slug>-<variant>.py` for a variant.
            variant: whose starter; None for the one that is asked for.

        Returns:
            The file written.

        Raises:
            UsageError: it exists already, which is left as it is, or it cannot be written.
        """
        exercise = self.asked(slug) if variant is None else self.variant(slug, variant)
        path = file or Path()
        if path.is_dir():
            path /= "-".join(filter(None, (exercise.slug, exercise.variant))) + ".py"
        try:
            with path.open("x", encoding="utf-8", newline="\n") as new:
                new.write(exercise.starter)
        except FileExistsError:
            raise UsageError(
                str(path), "exists already and is left as it is", "name another file"
            ) from None
        except OSError as error:
            what = Phrase("cannot be written ({reason})", reason=error.strerror)
            raise UsageError(str(path), what, "name a file in a folder that is there") from error
        return path

    def check(
        self,
        slug: str,
        source: bytes,
        filename: str = "",
        *,
        seed: int | None = None,
        variant: str | None = None,
        on_check: Callable[[str], None] | None = None,
    ) -> Future[Outcome]:
        """Judge a solution and record nothing.

        Args:
            slug: of the exercise.
            source: the file as it is.
            filename: what messages call it.
            seed: of the cases; when None, one that stays the same for the exercise all study day,
                so that who mends a solution meets the failing case again.
            variant: as which it is judged; None for the one that its comment line names, or that is
                asked for.
            on_check: called with a check's id as it begins, on another thread.
        """
        exercise = self.meant(slug, source, variant)
        if seed is None:
            seed = seed_for("check", exercise.slug, study_day(self.clock())) % _SEEDS
        return self._judged(exercise, source, filename, seed, on_check)

    def _judged(
        self,
        exercise: Exercise,
        source: bytes,
        filename: str,
        seed: int,
        on_check: Callable[[str], None] | None,
    ) -> Future[Outcome]:
        """What the judge says, with the variant that it has judged."""
        judge = self.judge.judge
        outcome = judge(exercise, source, filename=filename, seed=seed, on_check=on_check)
        if not exercise.variant:
            return outcome
        from dataclasses import replace

        return then(outcome, partial(replace, variant=exercise.variant))

    def submit(
        self,
        slug: str,
        source: bytes,
        filename: str = "",
        *,
        easy: bool = False,
        variant: str | None = None,
        on_check: Callable[[str], None] | None = None,
    ) -> Future[Submitted]:
        """Judge a solution with fresh cases, record it, and reschedule what it tells about.

        A judging that fails by our own fault leaves nothing behind, and neither does a file with
        nothing in it to judge, such as the untouched starter. Otherwise the submission is kept; it
        is the exercise's review of the day if it settles the attempt; and checks that failed bring
        concept cards forward: those that the diagnosis and the checks name, else all of the
        exercise's. A card never answered then comes first among the new ones; one answered today
        already is left alone; a file that could not be loaded says nothing about concepts. Solved
        without help, it counts as a GOOD review of the exercise's cards that are due.

        Args:
            slug: of the exercise.
            source: the file as it is.
            filename: what messages call it.
            easy: whether the learner found it easy.
            variant: as which it is meant; None for the one that its comment line names, or that is
                asked for.
            on_check: called with a check's id as it begins, on another thread.

        Raises:
            UsageError: it is meant as another variant than the one that is asked for.
        """
        exercise = self.due_now(slug, source, filename, variant)
        judged = self._judged(exercise, source, filename, self._seeds(), on_check)
        return then(judged, partial(self._record, exercise, source, easy))

    def hint(self, slug: str) -> Hint:
        """The next hint, noted as shown; the last one again when all have been.

        Raises:
            UsageError: the exercise has no hints.
        """
        exercise = self.asked(slug)
        if not exercise.hints:
            raise UsageError(slug, "this exercise has no hints", "its task says all there is")
        schedule = self.store.schedule(ItemKind.EXERCISE, exercise.slug)
        shown = self.store.hints_shown(exercise.slug, attempt_since(schedule))
        if shown < len(exercise.hints):
            self.store.add_hint(exercise.slug)
        return self._hint(exercise, min(shown + 1, len(exercise.hints)))

    def hints(self, slug: str) -> tuple[Hint, ...]:
        """The hints shown in the present attempt, without noting anything."""
        exercise = self.asked(slug)
        schedule = self.store.schedule(ItemKind.EXERCISE, exercise.slug)
        shown = self.store.hints_shown(exercise.slug, attempt_since(schedule))
        last = min(shown, len(exercise.hints))
        return tuple(self._hint(exercise, number) for number in range(1, last + 1))

    def solution(self, slug: str) -> str:
        """The reference solution of the variant that is asked for.

        Asking for it before the exercise is solved, or when it has come up again, is giving up: it
        is rated AGAIN, unless it had its review today. Between reviews it costs nothing.
        """
        exercise = self.asked(slug)
        now = self.clock()
        with self.store.transaction():
            before = self.store.schedule(ItemKind.EXERCISE, exercise.slug)
            self.store.add_solution_shown(exercise.slug)
            rating = rating_for((), solution_shown=True, rated_today=rated_today(before, now))
            at_stake = before.phase is Phase.NEW or is_due(before, now)
            if rating is not None and at_stake:
                self.store.record(self._review(before, rating, now, Trigger.ANSWER))
        return exercise.solution

    def _record(self, exercise: Exercise, source: bytes, easy: bool, outcome: Outcome) -> Submitted:
        """What a judged submission leaves behind, in one transaction."""
        from quizapp.domain.outcomes import Verdict
        from quizapp.engine.types import Submitted

        if outcome.verdict is Verdict.GRADER_ERROR or outcome.unwritten:
            return Submitted(outcome, None, None, (), recorded=False)
        now = self.clock()
        with self.store.transaction():
            before = self.store.schedule(ItemKind.EXERCISE, exercise.slug)
            rating = self._rating(before, outcome, easy, now)
            reviews = self._brought_forward(exercise, outcome, now)
            moved = tuple(review.item for review in reviews)
            credits = self._credits(exercise, rating, now)
            credited = tuple(review.item for review in credits)
            if rating is not None:
                settled = self._review(before, rating, now, Trigger.SUBMISSION)
                reviews = [settled, *reviews, *credits]
            self.store.add_submission(_submission(exercise, source, outcome, now))
            recorded = self.store.record_all(reviews) if reviews else []
        schedule = recorded[0].after if rating is not None else None
        return Submitted(outcome, rating, schedule, moved, credited)

    def _credits(self, exercise: Exercise, rating: Rating | None, now: datetime) -> list[Review]:
        """Log rows of the due cards that a solved exercise counts as a review of."""
        cards = chain(exercise.concepts, *exercise.check_concepts.values())
        ids = dict.fromkeys(self.course.aliases.get(card, card) for card in cards)
        schedules = [
            self.store.schedule(ItemKind.CARD, item) for item in ids if item in self.course.cards
        ]
        return [
            self._review(schedule, Rating.GOOD, now, Trigger.SUBMISSION)
            for schedule in schedules
            if deserves_credit(schedule, rating, now)
        ]

    def _rating(
        self, before: Schedule, outcome: Outcome, easy: bool, now: datetime
    ) -> Rating | None:
        since = attempt_since(before)
        earlier = [row.verdict for row in self.store.submissions(before.item, since)]
        return rating_for(
            [*earlier, outcome.verdict],
            hints=self.store.hints_shown(before.item, since),
            solution_shown=self.store.solution_shown(before.item, _at_stake_since(before, now)),
            easy=easy,
            rated_today=rated_today(before, now),
        )

    def _review(self, before: Schedule, rating: Rating, now: datetime, trigger: Trigger) -> Review:
        after = self.balanced_scheduler.review(before, rating, now)
        return Review.of(trigger, before, after, now, rating=rating)

    def _brought_forward(self, exercise: Exercise, outcome: Outcome, now: datetime) -> list[Review]:
        """Log rows of the cards that a failure brings forward; none for what is due anyway."""
        reviews, new = [], []
        for card_id in dict.fromkeys(_concepts(exercise, outcome)):
            today = self.course.aliases.get(card_id, card_id)
            if today not in self.course.cards:
                continue
            before = self.store.schedule(ItemKind.CARD, today)
            after = bring_forward(before, now)
            if after == before or rated_today(before, now):
                continue
            if before.phase is Phase.NEW:
                new.append(today)
            reviews.append(Review.of(Trigger.BROUGHT_FORWARD, before, after, now))
        if new:
            waiting = self.store.setting(NEW_FIRST, list[str]())
            still = [item for item in waiting if self._is_new(item)]
            self.store.set_setting(NEW_FIRST, list(dict.fromkeys([*new, *still])))
        return reviews

    def _is_new(self, card_id: str) -> bool:
        return self.store.schedule(ItemKind.CARD, card_id).phase is Phase.NEW

    def _hint(self, exercise: Exercise, number: int) -> Hint:
        from quizapp.engine.types import Hint

        text = exercise.hints[number - 1].read_in(self.language)
        return Hint(number, len(exercise.hints), text)


def _concepts(exercise: Exercise, outcome: Outcome) -> list[str]:
    """Ids of the cards that a failure calls for; none when no check ran."""
    failed = [check for check in outcome.failed_checks() if check != LOAD]
    if not failed:
        return []
    named = list(outcome.diagnosis.cards) if outcome.diagnosis else []
    named += [card for check in failed for card in exercise.check_concepts.get(check, ())]
    return named or list(exercise.concepts)


def _at_stake_since(before: Schedule, now: datetime) -> datetime | None:
    """From when on a look at the solution spoils the present attempt.

    From the day on which the exercise came up again; before, it was solved and waiting. Who submits
    early must not have looked on the same day.
    """
    since = attempt_since(before)
    if since is None or before.due is None:
        return since
    return max(since, min(before.due, start_of_study_day(study_day(now))))


def _submission(
    exercise: Exercise, source: bytes, outcome: Outcome, now: datetime
) -> SubmissionRow:
    from hashlib import sha256

    from quizapp.domain.records import SubmissionRow
    from quizapp.judge.protocol import outcome_to_json

    return SubmissionRow(
        exercise=exercise.slug,
        source=source,
        sha256=sha256(source).hexdigest(),
        at=now,
        verdict=outcome.verdict,
        score=outcome.score,
        max_score=outcome.max_score,
        seed=outcome.seed,
        isolation=outcome.isolation,
        outcome=json.dumps(outcome_to_json(outcome), ensure_ascii=False),
    )


def _row(
    exercise: Exercise,
    schedule: Schedule,
    submitted: list[SubmissionRow],
    now: datetime,
    variant: str,
) -> ExerciseRow:
    from quizapp.domain.outcomes import Verdict
    from quizapp.engine.types import ExerciseRow, ExerciseState

    passed = any(row.verdict is Verdict.PASSED for row in submitted)
    tried = bool(submitted) or schedule.phase is not Phase.NEW
    state = ExerciseState.SOLVED if passed else ExerciseState.TRIED
    return ExerciseRow(
        exercise=exercise,
        state=state if tried else ExerciseState.NEW,
        due=is_due(schedule, now),
        schedule=schedule,
        best_score=max((row.score for row in submitted), default=None),
        max_score=submitted[-1].max_score if submitted else None,
        submissions=len(submitted),
        variant=variant,
    )
