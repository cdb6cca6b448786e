"""What was submitted, exercise by exercise. Owns these sums; leaves ratings to `exercises`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from quizapp.domain.history import Attempt, Standing
from quizapp.domain.outcomes import Verdict


@dataclass(frozen=True, slots=True)
class ExerciseAttempts:
    """The submissions of one exercise; those that the judge failed on do not count.

    Attributes:
        submissions, passes: how many, and how many of them passed.
        until_pass: how many it took to pass, that one included; None before.
        seconds_to_pass: from the first submission to the first that passed; None before.
        best_score, max_score: points; None before the first submission.
        stability: days until the chance to solve it again falls to 90 %; None before a rating.
        chance: of solving it again now; None before a rating.
        due: the study day, as an ordinal, on which it comes back; None without one.
        lapses: how often it could not be solved again.
    """

    exercise: str
    submissions: int
    passes: int
    until_pass: int | None
    seconds_to_pass: float | None
    best_score: int | None
    max_score: int | None
    stability: float | None
    chance: float | None
    due: int | None
    lapses: int


def attempts_of(
    exercises: Iterable[str],
    attempts: Iterable[Attempt],
    standings: Iterable[Standing],
    chances: dict[str, float],
) -> tuple[ExerciseAttempts, ...]:
    """The sums, in the order of `exercises`.

    Args:
        exercises: slugs.
        attempts: of any exercises, oldest first.
        standings: of those that were rated.
        chances: slug -> chance to solve it now, of those that were rated.
    """
    found: defaultdict[str, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        if attempt.verdict is not Verdict.GRADER_ERROR:
            found[attempt.exercise].append(attempt)
    known = {standing.item: standing for standing in standings}
    return tuple(
        _summed(slug, found[slug], known.get(slug), chances.get(slug)) for slug in exercises
    )


def _summed(
    slug: str, tried: list[Attempt], standing: Standing | None, chance: float | None
) -> ExerciseAttempts:
    passed = [place for place, each in enumerate(tried) if each.verdict is Verdict.PASSED]
    first = passed[0] if passed else None
    return ExerciseAttempts(
        exercise=slug,
        submissions=len(tried),
        passes=len(passed),
        until_pass=None if first is None else first + 1,
        seconds_to_pass=(
            None if first is None else (tried[first].at - tried[0].at).total_seconds()
        ),
        best_score=max((each.score for each in tried), default=None),
        max_score=tried[-1].max_score if tried else None,
        stability=standing.stability if standing else None,
        chance=chance,
        due=standing.due if standing else None,
        lapses=standing.lapses if standing else 0,
    )
