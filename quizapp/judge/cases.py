"""Streams of one check cut into cases. Owns what belongs to a case, and when two streams are alike.

How single values agree is left to `agree`; a verdict on a stream, and its message, to `compare`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quizapp.judge.accusations import Forbidden
from quizapp.judge.agree import GROWTH_SLACK, find_mismatch
from quizapp.judge.checks import Check
from quizapp.judge.items import Called, Finished, Item, Oversized, Raised, Yielded
from quizapp.judge.values import OpCount, Value


@dataclass(frozen=True, slots=True)
class Case:
    """One value of a stream with the calls that led to it.

    Attributes:
        end: Yielded, Raised, Oversized or Finished; None when the stream breaks off.
    """

    calls: tuple[Called, ...]
    end: Item | None


def cases_of(stream: Sequence[Item]) -> tuple[Case, ...]:
    """A stream cut into cases, forbidden ops left out; the last case has no value to compare."""
    cases: list[Case] = []
    calls: list[Called] = []
    for item in stream:
        if isinstance(item, Called):
            calls.append(item)
        elif not isinstance(item, Forbidden):
            cases.append(Case(tuple(calls), item))
            calls = []
            if not isinstance(item, Yielded):
                return tuple(cases)
    return (*cases, Case(tuple(calls), None))


def count_values(stream: Sequence[Item]) -> int:
    """How many values a stream holds: the cases that were answered, or that there are."""
    return sum(isinstance(item, Yielded) for item in stream)


def is_complete(stream: Sequence[Item]) -> bool:
    """Whether a stream came to its own end rather than breaking off."""
    return bool(stream) and isinstance(stream[-1], Finished | Raised | Oversized)


def streams_agree(check: Check, one: Sequence[Item], other: Sequence[Item]) -> bool:
    """Whether two submissions behave alike in a check: values, exceptions, changed arguments."""
    ours, theirs = cases_of(one), cases_of(other)
    if len(ours) != len(theirs):
        return False
    for mine, yours in zip(ours, theirs, strict=True):
        if type(mine.end) is not type(yours.end) or _alters(mine) != _alters(yours):
            return False
        if isinstance(mine.end, Yielded) and isinstance(yours.end, Yielded):
            if not _alike(mine.end.value, yours.end.value, check):
                return False
        elif (
            isinstance(mine.end, Raised)
            and isinstance(yours.end, Raised)
            and (mine.end.type_name, mine.end.message) != (yours.end.type_name, yours.end.message)
        ):
            return False
    return True


def _alike(one: Value, other: Value, check: Check) -> bool:
    """Equal values; of counts, equal values and the same limits kept."""
    if isinstance(one, OpCount) and isinstance(other, OpCount):
        return find_mismatch(one.value, other.value, check) is None and (
            _within(one) == _within(other)
        )
    return find_mismatch(one, other, check) is None


def _within(count: OpCount) -> tuple[bool, ...]:
    return tuple(
        limit is None or cost <= limit
        for cost, limit in zip(count.costs, count.at_most, strict=False)
    ) + tuple(
        cost - before <= slack
        for cost, before, slack in zip(count.costs, count.smaller, GROWTH_SLACK, strict=False)
    )


def _alters(case: Case) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(each.name for each in call.arguments if each.changed) for call in case.calls)
