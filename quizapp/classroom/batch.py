"""Judging a class. Owns what is judged when, and resuming; leaves judging and storing to others.

A result is stored before it is counted, so a batch that is killed goes on where it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Set
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass

from quizapp.classroom.submissions import Handed
from quizapp.domain.outcomes import CheckResult, Outcome, Tier, Verdict

_IN_FLIGHT_PER_JOB = 3


@dataclass(frozen=True, slots=True)
class Graded:
    """One result that has just been stored."""

    handed: Handed
    sha256: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class _Waiting:
    handed: Handed
    source: bytes
    sha256: str


def grade(
    handed: Iterable[Handed],
    finished: Set[tuple[str, str, str]],
    *,
    jobs: int,
    seed: int,
    tier: Tier,
    max_score: Callable[[str], int],
    judge: Callable[[Handed, bytes], Future[Outcome]],
    keep: Callable[[Graded], None],
    skipped: Callable[[Handed, str], None],
) -> None:
    """Judge what has no result yet, at most a few files for each job at a time.

    Args:
        handed: the files.
        finished: (student, exercise, sha256) of what need not be judged again.
        jobs: how many are judged side by side.
        seed: written into results that need no judging.
        tier: likewise.
        max_score: points possible for an exercise, for files that cannot be read.
        judge: starts one judging.
        keep: stores one result; called from this thread, as results come in.
        skipped: told of each file that has its result already, with its sha256.
    """
    flying: dict[Future[Outcome], _Waiting] = {}
    for entry in handed:
        source, why = _read(entry)
        sha256 = hashlib.sha256(source).hexdigest()
        if (entry.student, entry.exercise, sha256) in finished:
            skipped(entry, sha256)
            continue
        if why:
            outcome = _unreadable(entry, why, seed, tier, max_score(entry.exercise))
            keep(Graded(entry, sha256, outcome))
            continue
        flying[judge(entry, source)] = _Waiting(entry, source, sha256)
        while len(flying) >= jobs * _IN_FLIGHT_PER_JOB:
            _land(flying, keep)
    while flying:
        _land(flying, keep)


def _land(flying: dict[Future[Outcome], _Waiting], keep: Callable[[Graded], None]) -> None:
    """Wait for at least one result and store what has come."""
    for future in wait(flying, return_when=FIRST_COMPLETED).done:
        waiting = flying.pop(future)
        keep(Graded(waiting.handed, waiting.sha256, future.result()))


def _read(handed: Handed) -> tuple[bytes, str]:
    if handed.unreadable:
        return b"", handed.unreadable
    try:
        return handed.path.read_bytes(), ""
    except OSError as error:
        return b"", f"it cannot be read ({error.strerror})"


def _unreadable(handed: Handed, why: str, seed: int, tier: Tier, max_score: int) -> Outcome:
    check = CheckResult(
        "load",
        "the file can be run",
        Verdict.UNREADABLE,
        0,
        max_score,
        f"{handed.path.name}: {why}",
    )
    return Outcome(handed.exercise, (check,), None, seed, tier, 0.0)
