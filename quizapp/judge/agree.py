"""Whether two values agree, and the first thing that is different. Owns the order of comparison.

Type first, then what is inside. Tensors are left to `tensors`, what is said of gradients to
`gradients`, streams of values to `compare`, and the sentence around a mismatch to `sentences`.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Final

import torch

from quizapp.judge.checks import Check
from quizapp.judge.describe import kind_of, number, shape_of, two_numbers, value_text
from quizapp.judge.gradients import gradient_of, impeded, unreached, unwanted
from quizapp.judge.mismatch import Mismatch, instead
from quizapp.judge.tensors import allowed_around, find_in_tensors, size_of, tolerance
from quizapp.judge.values import (
    ArrayValue,
    DeviceValue,
    Gradients,
    OpCount,
    TensorValue,
    Unsupported,
    Value,
)
from quizapp.judge.words import NOTHING, same, say

_LOOP: Final = say("replace the Python loop by tensor code")
_COSTS: Final = (
    (say("ops"), _LOOP),
    (say("lines of Python"), _LOOP),
    (say("multiplications"), NOTHING),
    (say("FLOPs"), NOTHING),
    (
        say("bytes of tensors at once"),
        say("free what is not needed any more, or work in smaller parts"),
    ),
)
"""What the costs of a call are called, in the order of `OpCount.costs`, and what to do."""
GROWTH_SLACK: Final = (8, 40)
"""Ops and lines that a call may cost more with large inputs: a branch, not a loop."""


def find_mismatch(expected: Value, got: Value, check: Check) -> Mismatch | None:
    """The first difference of `got` from `expected`, or None when they agree.

    Args:
        expected: the reference's value.
        got: the submission's.
        check: for its tolerances.
    """
    kind = type(expected)
    compare = _COMPARE.get(kind)
    same = type(got) is kind or (_is_tuple(expected) and _is_tuple(got))
    if compare is None or not same:
        return _of_type(expected, got)
    return compare(expected, got, check)


def holds_unsupported(value: Value) -> bool:
    """Whether a value, or one nested in it, was refused by its type."""
    match value:
        case Unsupported():
            return True
        case tuple() | list():
            return any(holds_unsupported(part) for part in value)
        case dict():
            return any(holds_unsupported(part) for part in value.values())
        case OpCount():
            return holds_unsupported(value.value)
        case Gradients():
            return any(holds_unsupported(part) for part in value.reached.values())
    return False


def _is_tuple(value: Value) -> bool:
    return type(value) in (tuple, torch.Size)


def _of_type(expected: Value, got: Value) -> Mismatch:
    """Types differ: say it in one clause, with the usual cause."""
    wanted = kind_of(expected)
    hint = NOTHING
    found = kind_of(got)
    if got is None:
        hint = say("does every path end in a return?")
    elif isinstance(expected, TensorValue):
        if isinstance(got, ArrayValue):
            hint = say("torch.from_numpy makes one of it, staying in torch needs none")
        elif type(got) in (list, tuple):
            hint = say("torch.stack or torch.tensor makes one of it")
        elif type(got) in (bool, int, float):
            hint = say("keep it a tensor: no .item() or float()")
    elif type(expected) in (bool, int, float, complex):
        if isinstance(got, TensorValue | ArrayValue):
            found = say("{what} of shape {shape}", what=found, shape=shape_of(got.tensor))
            hint = say(".item() gives the number") if got.tensor.numel() == 1 else NOTHING
        elif type(expected) is int and type(got) is float:
            found += f" ({number(got)})"
            hint = say("whole numbers come of // or int()")
    elif isinstance(got, Gradients | OpCount):
        found = say("something else")
    return Mismatch(
        say("{wanted}, got {found}", wanted=wanted, found=found),
        hint,
        of_type=True,
        is_none=got is None,
        refused=isinstance(got, Unsupported),
    )


def _same(expected: Value, got: Value, _check: Check) -> Mismatch | None:
    if expected == got:
        return None
    return Mismatch(instead(value_text(got), value_text(expected)), numbers=True)


def _close_numbers(expected: complex, got: complex, check: Check) -> Mismatch | None:
    """Two Python floats, or complex numbers."""
    rtol, atol = tolerance(torch.float32, check)
    if expected == got or (_is_nan(expected) and _is_nan(got)):
        return None
    size = size_of(expected)
    if size_of(expected - got) <= atol + rtol * size and math.isfinite(size):
        return None
    wanted, found = two_numbers(expected, got)
    return Mismatch(instead(found, wanted) + allowed_around(rtol, atol, expected), numbers=True)


def _is_nan(value: complex) -> bool:
    return cmath.isnan(value)


def _int_numbers(expected: int, got: int, check: Check) -> Mismatch | None:
    if check.atol is None and check.rtol is None:
        return _same(expected, got, check)
    if expected == got:
        return None
    try:
        return _close_numbers(float(expected), float(got), check)
    except OverflowError:  # beyond what a float holds
        return None if _near(expected, got, check) else _same(expected, got, check)


def _near(expected: int, got: int, check: Check) -> bool:
    """Whether whole numbers of any size are within the tolerance."""
    rtol, atol = tolerance(torch.float32, check)
    if math.inf in (rtol, atol):
        return True
    return abs(expected - got) <= Fraction(atol) + Fraction(rtol) * abs(expected)


def _sequences(expected: Value, got: Value, check: Check) -> Mismatch | None:
    if len(expected) != len(got):
        numbers = _is_tuple(expected) and all(type(part) is int for part in expected)
        if numbers:  # a shape
            return _same(tuple(expected), tuple(got), check)
        text = say("{n} values, expected {wanted}", n=len(got), wanted=len(expected))
        return Mismatch(text, has=True)
    if _is_tuple(expected) and all(type(part) is int for part in (*expected, *got)):
        return _same(tuple(expected), tuple(got), check)
    for index, pair in enumerate(zip(expected, got, strict=True)):
        found = find_mismatch(*pair, check)
        if found is not None:
            return found.inside(same(f"[{index}]"))
    return None


def _dicts(expected: Value, got: Value, check: Check) -> Mismatch | None:
    missing = [key for key in expected if key not in got]
    extra = [key for key in got if key not in expected]
    if missing or extra:
        keys = value_text(list(expected))
        if missing:
            which = value_text(missing[0])
            text = say("a dict with no key {which}, expected keys {keys}", which=which, keys=keys)
        else:
            which = value_text(extra[0])
            text = say("a dict with a key {which}, expected keys {keys}", which=which, keys=keys)
        return Mismatch(text)
    for key, value in expected.items():
        found = find_mismatch(value, got[key], check)
        if found is not None:
            return found.inside("[" + value_text(key) + "]")
    return None


def _op_counts(expected: OpCount, got: OpCount, check: Check) -> Mismatch | None:
    """The value first, then what it cost; the limits are those of the judge's own run."""
    found = find_mismatch(expected.value, got.value, check)
    if found is not None:
        return found
    for (what, hint), count, reference, limit in zip(
        _COSTS, got.costs, expected.costs, expected.at_most, strict=False
    ):
        if limit is not None and count > limit:
            allowed = say(
                "at most {limit:,} (the reference needs {reference:,})",
                limit=limit,
                reference=reference,
            )
            text = say("{count:,} {what}", count=count, what=what)
            return Mismatch(text, hint, allowed=allowed)
    return _growth(expected, got)


def _growth(expected: OpCount, got: OpCount) -> Mismatch | None:
    """Of a call with small and one with large inputs: costs that grow more than the reference's."""
    if not expected.smaller or not got.smaller:
        return None
    small, large = expected.smaller[2:]
    for at, slack in enumerate(GROWTH_SLACK):
        what, hint = _COSTS[at]
        before, after = got.smaller[at], got.costs[at]
        ours, theirs = expected.smaller[at], expected.costs[at]
        if after - before > 2 * max(0, theirs - ours) + slack:
            text = say(
                "{before:,} {what} for size {small:,} and {after:,}",
                before=before,
                what=what,
                small=small,
                after=after,
            )
            allowed = say(
                "size {large:,}; the reference needs {ours:,} and {theirs:,}",
                large=large,
                ours=ours,
                theirs=theirs,
            )
            return Mismatch(text, hint, allowed=allowed)
    return None


def _gradients(expected: Gradients, got: Gradients, check: Check) -> Mismatch | None:
    for name, wanted in expected.reached.items():
        found = got.reached.get(name)
        if wanted is not None and found is None:
            return unreached(name, got.problem)
        if wanted is None and found is not None:
            return unwanted(name)
        mismatch = find_mismatch(wanted, found, check)
        if mismatch is not None:
            return replace(mismatch, path=gradient_of(name), of_gradient=True)
    return impeded(got.problem) if got.problem and not expected.problem else None


def _arrays(expected: ArrayValue, got: ArrayValue, check: Check) -> Mismatch | None:
    if expected.scalar != got.scalar:
        return _of_type(expected, got)
    return find_in_tensors(TensorValue(expected.tensor), TensorValue(got.tensor), check)


_COMPARE: Final[dict[type, Callable[..., Mismatch | None]]] = {
    type(None): _same,
    bool: _same,
    int: _int_numbers,
    float: _close_numbers,
    complex: _close_numbers,
    str: _same,
    bytes: _same,
    torch.dtype: _same,
    DeviceValue: _same,
    tuple: _sequences,
    torch.Size: _sequences,
    list: _sequences,
    dict: _dicts,
    TensorValue: find_in_tensors,
    ArrayValue: _arrays,
    OpCount: _op_counts,
    Gradients: _gradients,
}
