"""What can be wrong with an exercise. Owns trying its reference, starter and near misses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from quizapp.audit.trials import Finding, Trial
from quizapp.domain.course import Course
from quizapp.domain.exercises import AS_BEFORE, Exercise, NearMiss
from quizapp.domain.outcomes import Outcome, Verdict
from quizapp.errors import Phrase, as_phrase

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
    trial = _Trials(judge, exercise, f"{folder}/checks.py", seeds[0])
    solution = _shown(course, exercise.solution_path)
    for seed in seeds:
        yield trial("references", exercise.solution, solution, seed, _reference_findings)
    yield from _starter_trials(trial, f"{folder}/starter.py")
    for miss in exercise.near_misses:
        path = f"{folder}/near_misses/{miss.name}.py"
        find = partial(_near_miss_findings, miss)
        for seed in seeds:
            yield trial("near misses", miss.source, path, seed, find)
    for variant in exercise.variants:
        yield from _variant_trials(exercise, variant, judge, f"{folder}/exercise.yaml", seeds)


def _variant_trials(
    base: Exercise, variant: Exercise, judge: Judge, path: str, seeds: Sequence[int]
) -> Iterator[Trial]:
    """Likewise about a variant; besides, what solves the base must not solve it."""
    trial = _Trials(judge, variant, path, seeds[0])
    for seed in seeds:
        yield trial("variants", variant.solution, path, seed, _reference_findings)
    yield from _starter_trials(trial, path)
    yield trial("", base.solution, path, seeds[0], _old_solution_findings)
    for miss in variant.near_misses:
        find = partial(_near_miss_findings, miss)
        for seed in seeds:
            yield trial("", miss.source, path, seed, find)


@dataclass(frozen=True, slots=True)
class _Trials:
    """Makes the trials of one exercise, or of one variant.

    Attributes:
        checks: file that is named where a check itself is wrong.
        first: the seed with which things are counted.
    """

    judge: Judge
    exercise: Exercise
    checks: str
    first: int

    def __call__(self, counted: str, source: str, path: str, seed: int, find: _Find) -> Trial:
        return Trial(
            counted if seed == self.first else "",
            partial(_judge, self.judge, self.exercise, source, path, seed),
            partial(_findings, self.exercise, self.checks, path, find),
        )


def _starter_trials(trial: _Trials, path: str) -> Iterator[Trial]:
    starter = trial.exercise.starter
    counted = "" if trial.exercise.variant else "starters"
    yield trial(counted, starter, path, trial.first, _starter_findings)
    yield trial("", f"{starter}\n{_TOUCH}\n", path, trial.first, _touched_findings)


def _subject(exercise: Exercise) -> str:
    return f"{exercise.slug} ({exercise.variant})" if exercise.variant else exercise.slug


def _shown(course: Course, path: str) -> str:
    """`path` as the course's author knows it: below the course's folder."""
    return Path(path).relative_to(course.root).as_posix()


def _judge(
    judge: Judge, exercise: Exercise, source: str, path: str, seed: int
) -> tuple[Future[Outcome]]:
    filename = f"{exercise.variant}.py" if exercise.variant else Path(path).name
    return (judge.judge(exercise, source.encode(), filename=filename, seed=seed),)


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
            line = 1 if exercise.variant else _line_of_check(exercise, check.id)
            break
    seen = Phrase("{file} and seed {seed}", file=Path(path).name, seed=outcome.seed)
    return Finding(
        f"{checks}:{line}",
        _subject(exercise),
        Phrase("cannot be judged: {what}", what=as_phrase(what)),
        "correct the check",
        seen,
    )


def _reference_findings(exercise: Exercise, path: str, outcome: Outcome) -> Iterator[Finding]:
    for check in outcome.checks:
        if check.verdict not in (Verdict.PASSED, Verdict.SKIPPED):
            why = _first_line(check.message) or check.verdict
            yield Finding(
                f"{path}:1",
                _subject(exercise),
                Phrase("the reference does not pass {check}: {why}", check=check.id, why=why),
                "correct the reference, or the check in checks.py",
                Phrase("seed {seed}", seed=outcome.seed),
            )


def _starter_findings(exercise: Exercise, path: str, outcome: Outcome) -> Iterator[Finding]:
    if outcome.verdict is not Verdict.MISSING:
        what = Phrase(
            "the untouched starter is not called missing but {verdict}", verdict=outcome.verdict
        )
        yield Finding(f"{path}:1", _subject(exercise), what, "leave something to write")


def _touched_findings(exercise: Exercise, path: str, outcome: Outcome) -> Iterator[Finding]:
    if outcome.passed:
        what, remedy = "the starter is a solution already", "leave something to write"
        yield Finding(f"{path}:1", _subject(exercise), what, remedy)


def _old_solution_findings(exercise: Exercise, path: str, outcome: Outcome) -> Iterator[Finding]:
    if outcome.passed:
        what, remedy = "the base's solution solves it, too", "let it ask for something else"
        yield Finding(f"{path}:1", _subject(exercise), what, remedy)


def _near_miss_findings(
    miss: NearMiss, exercise: Exercise, path: str, outcome: Outcome
) -> Iterator[Finding]:
    where = f"{path}:{1 if exercise.variant else _line_of_fails(miss)}"
    finding = partial(
        Finding, where, _subject(exercise), seen=Phrase("seed {seed}", seed=outcome.seed)
    )
    this = Phrase("this near miss")
    if exercise.variant:
        this = Phrase("near miss {name}", name=miss.name)
    for check in miss.fails:
        if check not in outcome.failed_checks():
            yield finding(
                Phrase("{near_miss} does not fail {check}", near_miss=this, check=check),
                "sharpen the check, or correct the line `fails:`",
            )
    said = outcome.diagnosis.near_miss if outcome.diagnosis else ""
    if miss.name == AS_BEFORE and not said and _only_raises(outcome):
        return  # its own exception says more than a diagnosis would
    if said != miss.name and not outcome.passed:
        yield finding(
            Phrase("{near_miss} is diagnosed as {name}", near_miss=this, name=said)
            if said
            else Phrase("{near_miss} is not diagnosed", near_miss=this),
            "add a case to checks.py that tells them apart"
            if said
            else "look at it by quizapp check: does it fail where its line `fails:` says?",
        )


def _only_raises(outcome: Outcome) -> bool:
    return {check.verdict for check in outcome.checks} <= {Verdict.ERRORED, Verdict.SKIPPED}


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
