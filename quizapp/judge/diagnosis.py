"""Which known mistake a failed submission behaves like. Owns matching by value; no source is read.

Runs in the judge on streams that are there already; running the near misses is left to the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from quizapp.judge.cases import count_values, is_complete, streams_agree
from quizapp.judge.checks import Check
from quizapp.judge.items import Item, Raised

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

    It must agree with the submission in every check that the submission passes, and in more than
    half of those that it fails, itself failing there. Failed checks may be left over, since one
    mistake seldom comes alone: a known one is named though integers are forgotten, too. Of several
    the most specific one wins: the one that explains most failed checks, then most cases; then the
    first, in the order of the course. A submission that raises wherever it is asked is like no
    other: its own exception says more.

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
    if len(failed) == len(compared) and all(_only_raises(got[check.id]) for check in compared):
        return None
    passed = [check for check in compared if check not in failed]
    best, best_rank = None, (0, 0)
    for name, streams in near_misses.items():
        explained = _explained(failed, expected, got, streams)
        if 2 * len(explained) <= len(failed):
            continue
        if not all(_resemble(check, streams, got) for check in passed if check.id in streams):
            continue
        rank = len(explained), sum(count_values(got[check.id]) for check in explained)
        if rank > best_rank:
            best, best_rank = name, rank
    return best


def _explained(
    failed: Sequence[Check], expected: Streams, got: Streams, streams: Streams
) -> list[Check]:
    """The failed checks in which a near miss does as the submission does, and fails, too.

    Most near misses are told from a submission by a check or two, and the others are never run:
    it is over once half of them are another story.
    """
    found: list[Check] = []
    for number, check in enumerate(failed):
        if 2 * (number - len(found)) >= len(failed):
            break
        alike = check.id in streams and _resemble(check, streams, got)
        # A near miss may differ from the reference by less than the tolerance, or not at all.
        if alike and not _agree(check, streams, expected):
            found.append(check)
    return found


def _only_raises(stream: Sequence[Item]) -> bool:
    """Whether a check came to an exception before it had a value."""
    return isinstance(stream[-1], Raised) and count_values(stream) == 0


def _resemble(check: Check, one: Streams, other: Streams) -> bool:
    """The same mistake need not be made in the same order of operations."""
    # Rounding errors grow where a mistake makes steps diverge, to about 1e-4 in fifty of them.
    return _agree(replace(check, rtol=max(check.rtol or 0.0, _RESEMBLING)), one, other)


def _agree(check: Check, one: Streams, other: Streams) -> bool:
    return streams_agree(check, one[check.id], other[check.id])
