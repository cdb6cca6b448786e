"""Is this course sound? Owns what is tried and in which order; leaves judging to the judge.

Everything that the course claims by code is run: proofs hold, snippets print something short and
repeatable, expression answers can be worked out, references pass, starters and near misses fail
where they should, and each near miss is diagnosed as itself. Parametric cards and exercises are
tried with several seeds. All of it goes through the same judge, and the same sandbox, as a
learner's code. What can be found about cards is in `cards`, about exercises in `exercises`.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizapp.audit.cards import note_trials
from quizapp.audit.exercises import exercise_trials
from quizapp.audit.pictures import picture_trials
from quizapp.audit.trials import Finding, Trial
from quizapp.course import course_errors, load_course
from quizapp.engine.base import known_topics

if TYPE_CHECKING:
    from quizapp.judge.client import Judge

__all__ = ["Audit", "Finding", "audit_course"]

_IN_FLIGHT = 32
"""Trials that wait at the judge at a time; it works on a few, and more would only fill its pipe."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit came to.

    Attributes:
        findings: in the order of the course; the same finding for several seeds is told once.
        tried: what was tried -> how many, each proof, exercise and so on counted once.
    """

    findings: tuple[Finding, ...]
    tried: Mapping[str, int]

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def audit_course(
    root: Path,
    judge: Judge,
    *,
    topics: Sequence[str] = (),
    cards: bool = True,
    exercises: bool = True,
    seeds: Sequence[int] = (1, 2, 3),
    on_progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """Try out everything that the course in the folder `root` claims by code.

    Where its files have mistakes that can be seen without running anything, these are the findings
    and nothing is run.

    Args:
        root: holds `course.yaml`.
        judge: what tries it.
        topics: only these; all when empty.
        cards: whether cards are tried.
        exercises: whether exercises are tried.
        seeds: what parametric cards and the inputs of exercises are drawn from.
        on_progress: called on this thread with the trials done and the trials in all.

    Raises:
        UsageError: the course has no such topic.
        JudgeError: the judge itself failed, which says nothing about the course.
    """
    errors = course_errors(root)
    if errors:
        return Audit(tuple(Finding(e.where, "", e.what, e.remedy) for e in errors), {})
    course = load_course(root)
    wanted = known_topics(course, topics) or course.topics
    trials: list[Trial] = []
    if cards:
        for deck in course.decks:
            if deck.topic in wanted:
                for note in deck.notes:
                    trials += note_trials(note, judge, seeds)
                    trials += picture_trials(note, root, seeds)
    if exercises:
        for exercise in course.exercises.values():
            if exercise.topic in wanted:
                trials += exercise_trials(course, exercise, judge, seeds)
    tried = Counter(trial.counted for trial in trials if trial.counted)
    return Audit(tuple(dict.fromkeys(_run(trials, on_progress))), tried)


def _run(
    trials: Sequence[Trial], on_progress: Callable[[int, int], None] | None
) -> Iterator[Finding]:
    """The findings of all trials, in their order, with a few of them at the judge at a time."""
    waiting: deque[tuple[Trial, tuple[Future[Any], ...]]] = deque()
    to_ask = iter(trials)
    for done in range(len(trials)):
        while len(waiting) < _IN_FLIGHT and (trial := next(to_ask, None)) is not None:
            waiting.append((trial, trial.ask()))
        trial, futures = waiting.popleft()
        yield from trial.findings(*(future.result() for future in futures))
        if on_progress is not None:
            on_progress(done + 1, len(trials))
