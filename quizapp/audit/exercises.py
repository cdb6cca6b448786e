"""What can be wrong with an exercise. Owns trying its reference, starter and near misses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from quizapp.audit.trials import Finding, Trial
from quizapp.domain.course import Course
from quizapp.domain.exercises import Exercise, NearMiss
from quizapp.domain.outcomes import Outcome, Verdict

if TYPE_CHECKING:
    from quizapp.judge.client import Judge

_TOUCH = "touched = True"
"""A line that makes a starter somebody's work, which the judge then runs."""

_Find: TypeAlias = Callable[[Exercise, str, Outcome], Iterator[Finding]]


def exercise_trials(
    course: Course, exercise: Exercise, judge: Judge, seeds: Sequence[int]
) -> Iterator[Trial]:
    """What there is to try about `exercise`: it comes to nothing if all is as it should be."""
    folder = _shown(course, exercise.folder)

    def trial(counted: str, source: str, path: str, seed: int, find: _Find) -> Trial:
        return Trial(
            counted if seed == seeds[0] else "",
            partial(_judge, judge, exercise, source, path, seed),
            partial(_findings, exercise, f"{folder}/checks.py", path, find),
        )

    solution = _shown(course, exercise.solution_path)
    for seed in seeds:
        yield trial("references", exercise.solution, solution, seed, _reference_findings)
    starter = f"{folder}/starter.py"
    touched = f"{exercise.starter}\n{_TOUCH}\n"
    yield trial("starters", exercise.starter, starter, seeds[0], _starter_findings)
    yield trial("", touched, starter, seeds[0], _touched_findings)
    for miss in exercise.near_misses:
        path = f"{folder}/near_misses/{miss.name}.py"
        find = partial(_near_miss_findings, miss)
        for seed in seeds:
            yield trial("near misses", miss.source, path, seed, find)


def _shown(course: Course, path: str) -> str:
    """`path` as the course's author knows it: below the course's folder."""
    return Path(path).relative_to(course.root).as_posix()


def _judge(
    judge: Judge, exercise: Exercise, source: str, path: str, seed: int
) -> tuple[Future[Outcome]]:
    return (judge.judge(exercise, source.encode(), filename=Path(path).name, seed=seed),)


def _findings(
    exercise: Exercise, checks: str, path: str, find: _Find, outcome: Outcome
) -> Iterator[Finding]:
    if outcome.verdict is Verdict.GRADER_ERROR:
        yield _our_fault(exercise, checks, path, outcome)
    else:
        yield from find(exercise, path, outcome)


def _our_fault(exercise: Exercise, checks: str, path: str, outcome: Outcome) -> Finding:
    """A check or a rule of the course that raises, or that has no case."""
    what, line = "it has no checks", 1
    for check in outcome.checks:
        if check.verdict is Verdict.GRADER_ERROR:
            what = f"{check.id}: {_first_line(check.message)}"
            line = _line_of_check(exercise, check.id)
            break
    seen = f"{Path(path).name} and seed {outcome.seed}"
    return Finding(
        f"{checks}:{line}", exercise.slug, f"cannot be judged: {what}", "correct the check", seen
    )


def _reference_findings(exercise: Exercise, path: str, outcome: Outcome) -> Iterator[Finding]:
    for check in outcome.checks:
        if check.verdict not in (Verdict.PASSED, Verdict.SKIPPED):
            why = _first_line(check.message) or check.verdict
            yield Finding(
                f"{path}:1",
                exercise.slug,
                f"the reference does not pass {check.id}: {why}",
                "correct the reference, or the check in checks.py",
                f"seed {outcome.seed}",
            )


def _starter_findings(exercise: Exercise, path: str, outcome: Outcome) -> Iterator[Finding]:
    if outcome.verdict is not Verdict.MISSING:
        what = f"the untouched starter is not called missing but {outcome.verdict}"
        yield Finding(f"{path}:1", exercise.slug, what, "leave something to write")


def _touched_findings(exercise: Exercise, path: str, outcome: Outcome) -> Iterator[Finding]:
    if outcome.passed:
        what, remedy = "the starter is a solution already", "leave something to write"
        yield Finding(f"{path}:1", exercise.slug, what, remedy)


def _near_miss_findings(
    miss: NearMiss, exercise: Exercise, path: str, outcome: Outcome
) -> Iterator[Finding]:
    where = f"{path}:{_line_of_fails(miss)}"
    finding = partial(Finding, where, exercise.slug, seen=f"seed {outcome.seed}")
    for check in miss.fails:
        if check not in outcome.failed_checks():
            yield finding(
                f"this near miss does not fail {check}",
                "sharpen the check, or correct the line `fails:`",
            )
    said = outcome.diagnosis.near_miss if outcome.diagnosis else ""
    if said != miss.name and not outcome.passed:
        yield finding(
            f"this near miss is diagnosed as {said}" if said else "this near miss is not diagnosed",
            "add a case to checks.py that tells them apart"
            if said
            else "look at it by quizapp check: does it fail where its line `fails:` says?",
        )


def _line_of_fails(miss: NearMiss) -> int:
    for number, line in enumerate(miss.source.splitlines(), start=1):
        if line.startswith("fails:"):
            return number
    return 1


def _line_of_check(exercise: Exercise, check: str) -> int:
    for number, line in enumerate(exercise.checks.splitlines(), start=1):
        if line.startswith(f"def {check}("):
            return number
    return 1


def _first_line(message: str) -> str:
    lines = message.strip().splitlines()
    return lines[0].strip() if lines else ""
