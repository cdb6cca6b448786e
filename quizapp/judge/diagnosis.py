"""Which known mistake a failed submission behaves like. Owns matching by value; no source is read.

Runs in the judge on streams that are there already; running the near misses is left to the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from quizapp.judge.checks import Check
from quizapp.judge.compare import count_values, is_complete, streams_agree
from quizapp.judge.running import Item

_RESEMBLING = 1e-3
Streams: TypeAlias = Mapping[str, Sequence[Item]]
"""Check id -> its stream."""


def diagnose(
    checks: Iterable[Check],
    expected: Streams,
    got: Streams,
    near_misses: Mapping[str, Streams],
) -> str | None:
    """The name of the near miss whose behaviour is the submission's; None when there is none.

    It must agree with the submission in every check that can be compared, and in one at least that
    the submission fails. Of several the most specific one wins: the one that explains most failed
    checks, then most values; then the first.

    Args:
        checks: all of the exercise; those with a rule are left out, since they need not agree.
        expected: the reference's streams.
        got: the submission's; a check that was skipped or broke off is left out.
        near_misses: name -> its streams, from the judge's own run with the same seed.
    """
    compared = [
        check
        for check in checks
        if check.rule is None and check.id in expected and is_complete(got.get(check.id, ()))
    ]
    failed = [check for check in compared if not _agree(check, expected, got)]
    best, best_rank = None, (0, 0)
    for name, streams in near_misses.items():
        known = [check for check in compared if check.id in streams]
        explained = [check for check in failed if check.id in streams]
        if not explained or not all(_resemble(check, streams, got) for check in known):
            continue
        if all(_agree(check, streams, expected) for check in explained):
            continue  # it differs from the reference by less than the tolerance, or not at all
        rank = len(explained), sum(count_values(got[check.id]) for check in explained)
        if rank > best_rank:
            best, best_rank = name, rank
    return best


def _resemble(check: Check, one: Streams, other: Streams) -> bool:
    """The same mistake need not be made in the same order of operations."""
    # Rounding errors grow where a mistake makes steps diverge, to about 1e-4 in fifty of them.
    return _agree(replace(check, rtol=max(check.rtol or 0.0, _RESEMBLING)), one, other)


def _agree(check: Check, one: Streams, other: Streams) -> bool:
    return streams_agree(check, one[check.id], other[check.id])
