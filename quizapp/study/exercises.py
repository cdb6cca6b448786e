"""How submissions become ratings, and which variant comes next. Owns the rules for exercises.

Leaves intervals to `scheduler`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from quizapp.clock import end_of_study_day, study_day
from quizapp.domain.memory import Phase, Rating, Schedule
from quizapp.study.queue import is_due
from quizapp.study.seeds import uniform

if TYPE_CHECKING:
    from quizapp.domain.outcomes import Verdict

FAILURES_FORGIVEN = 2
"""A solution after more failed submissions than this was hard; what was not written yet is none."""


def variant_for(slug: str, variants: Sequence[str], solved: int) -> str:
    """The variant that an exercise comes back as, empty for the exercise itself.

    The first time it is the exercise itself. Then come all variants, in an order drawn for the
    exercise, and after them all with the base again, in another order, and so on: each is met
    before any is met again, and never the same twice in a row.

    Args:
        slug: of the exercise.
        variants: names of its variants, in the course's order.
        solved: how often it has been solved.
    """
    order = [""]
    rounds = 0
    while len(order) <= solved and variants:
        names = list(variants) if not rounds else ["", *variants]
        drawn = sorted(names, key=lambda name: uniform("variant", slug, rounds, name))
        if drawn[0] == order[-1]:
            drawn.append(drawn.pop(0))
        order += drawn
        rounds += 1
    return order[solved] if variants else ""


def attempt_since(schedule: Schedule) -> datetime | None:
    """When the present attempt at an exercise began; None for one never rated.

    Only submissions, hints and solutions from then on count for its rating. What happens on the day
    of a rated review, after it, belongs to that review: looking at the solution once the exercise
    is solved costs nothing the next time.
    """
    if schedule.last_review is None:
        return None
    return end_of_study_day(study_day(schedule.last_review))


def rated_today(schedule: Schedule, now: datetime) -> bool:
    """Whether the exercise has had its one rated review of this study day."""
    return schedule.last_review is not None and study_day(schedule.last_review) == study_day(now)


def rating_for(
    verdicts: Sequence[Verdict],
    *,
    hints: int = 0,
    solution_shown: bool = False,
    easy: bool = False,
    rated_today: bool = False,
) -> Rating | None:
    """What the present attempt at an exercise is rated as; None as long as it is not over.

    Args:
        verdicts: of all submissions of this attempt, oldest first, the present one included; empty
            when the learner gives up by asking for the solution.
        hints: how many have been shown in this attempt.
        solution_shown: whether the solution has been shown in this attempt: that is giving up.
        easy: whether the learner says that it was easy; heard only where GOOD is deserved.
        rated_today: whether this study day has had its rated review.
    """
    from quizapp.domain.outcomes import Verdict

    ours = bool(verdicts) and verdicts[-1] is Verdict.GRADER_ERROR
    if rated_today or ours:
        return None
    if solution_shown:
        return Rating.AGAIN
    if not verdicts or verdicts[-1] is not Verdict.PASSED:
        return None
    harmless = (Verdict.PASSED, Verdict.GRADER_ERROR, Verdict.MISSING)
    failures = sum(verdict not in harmless for verdict in verdicts)
    if hints or failures > FAILURES_FORGIVEN:
        return Rating.HARD
    return Rating.EASY if easy else Rating.GOOD


def deserves_credit(schedule: Schedule, rating: Rating | None, now: datetime) -> bool:
    """Whether a card counts as recalled because an exercise that uses it was solved.

    Only what was solved without help shows that the concept was recalled, and only a review that is
    due is saved by it: the memory gains as by GOOD. A card that a failed check brought forward is
    asked all the same.
    """
    return (
        rating in (Rating.GOOD, Rating.EASY)
        and schedule.phase is Phase.REVIEW
        and is_due(schedule, now)
        and not schedule.brought_forward
    )


def bring_forward(schedule: Schedule, now: datetime) -> Schedule:
    """The schedule of a concept card after a failed check: due now, and marked so.

    The memory stays as it is: nothing has been recalled or forgotten. A card never answered comes
    first among the new ones. Unchanged where the card is due already or suspended; one that is due
    but buried is dug out, and stays due since when it was.
    """
    waiting = schedule.due is not None and schedule.due <= now and schedule.buried_until is None
    if schedule.suspended or waiting:
        return schedule
    due = None if schedule.due is None else min(schedule.due, now.astimezone(UTC))
    return schedule._replace(due=due, brought_forward=True, buried_until=None)
