"""What a wrong shape says about the way to it. Owns hints for results of another shape.

That the numbers are right and only the shape is not, and that it is the transpose, `agree` says.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Final

import torch
from torch import Tensor

from quizapp.judge.structure.pairs import Pair, Pairs, distinct
from quizapp.judge.values import ArrayValue, TensorValue
from quizapp.judge.words import NOTHING, Said, joined, phrase, say

_MOST_OFFSETS: Final = 64
_MOST_PERMUTED: Final = 5
_TO_COME: Final[dict[str, Callable[[Tensor, int], Tensor]]] = {
    phrase("sum"): lambda x, axis: x.sum(axis),
    phrase("mean"): lambda x, axis: x.mean(axis),
    phrase("maximum"): lambda x, axis: x.amax(axis),
    phrase("minimum"): lambda x, axis: x.amin(axis),
    phrase("product"): lambda x, axis: x.prod(axis),
}


_OF_MATRIX: Final = (
    (phrase("row"), phrase("{n} rows")),
    (phrase("column"), phrase("{n} columns")),
)
_OF_VECTOR: Final = ((phrase("element"), phrase("{n} elements")),)
_OF_MORE: Final = (phrase("slice along axis {axis}"), phrase("{n} slices along axis {axis}"))


def of_shapes(pairs: Pairs) -> Said:
    """The hint that fits all pairs of unlike shapes; all pairs must be of unlike shapes."""
    for find in (_by_numbers, _reduced_axis, _broadcast, _size_kept, _swapped, _too_short):
        found = {find(pair) for pair in pairs}
        if len(found) == 1 and (text := found.pop()):
            return text
    return NOTHING


def _by_numbers(pair: Pair) -> Said:
    """Hints that the numbers prove."""
    expected, got = pair.expected, pair.got
    if expected.is_complex() or min(expected.numel(), got.numel()) == 0:
        return NOTHING
    if distinct([expected]) < 3 and distinct([got]) < 3:
        return NOTHING
    return _cut_or_padded(pair) or _axis_to_go(pair) or _permuted(pair) or _repeated(pair)


def _cut_or_padded(pair: Pair) -> Said:
    expected, got = pair.expected, pair.got
    if expected.dim() != got.dim():
        return NOTHING
    smaller = all(a <= b for a, b in zip(got.shape, expected.shape, strict=True))
    larger = all(a >= b for a, b in zip(got.shape, expected.shape, strict=True))
    if smaller and distinct([got]) >= 3:
        starts = _starts(pair, expected, got)
        if starts is not None:
            ends, plural = _ends(starts, expected, got)
            if plural:
                return say("the numbers are right, but {ends} are missing", ends=ends)
            return say("the numbers are right, but {ends} is missing", ends=ends)
        if all(a == -(-b // 2) for a, b in zip(got.shape, expected.shape, strict=True)):
            every = tuple(slice(None, None, 2) for _ in got.shape)
            if pair.close(expected[every], got):
                return say(
                    "it is every second of the expected values: is the step, or the stride, 2?"
                )
    if larger and distinct([expected]) >= 3:
        starts = _starts(pair, got, expected)
        if starts is not None:
            ends, plural = _ends(starts, got, expected)
            if plural:
                return say("what is expected is inside, but {ends} are too much", ends=ends)
            return say("what is expected is inside, but {ends} is too much", ends=ends)
        if all(b == -(-a // 2) for a, b in zip(got.shape, expected.shape, strict=True)):
            every = tuple(slice(None, None, 2) for _ in got.shape)
            if pair.close(got[every], expected):
                return say("every second value of it is what is expected: a step, or stride, of 2?")
    return NOTHING


def _starts(pair: Pair, whole: Tensor, part: Tensor) -> tuple[int, ...] | None:
    """Where `part` lies in `whole`, if it does."""
    room = [a - b for a, b in zip(whole.shape, part.shape, strict=True)]
    if math.prod(each + 1 for each in room) > _MOST_OFFSETS:
        return None
    for starts in itertools.product(*(range(each + 1) for each in room)):
        at = tuple(slice(s, s + n) for s, n in zip(starts, part.shape, strict=True))
        if pair.close(whole[at], part):
            return starts
    return None


def _ends(starts: tuple[int, ...], whole: Tensor, part: Tensor) -> tuple[Said, bool]:
    """Such as "the last row and the first column", and whether those are several."""
    named = {1: _OF_VECTOR, 2: _OF_MATRIX}.get(whole.dim())
    parts: list[Said] = []
    plural = False
    for axis, start in enumerate(starts):
        end = whole.shape[axis] - part.shape[axis] - start
        one, many = named[axis] if named else _OF_MORE
        for count, which in ((start, phrase("first")), (end, phrase("last"))):
            if count:
                plural |= count > 1
                name = say(many if count > 1 else one, n=count, axis=axis)
                parts.append(say("the {which} {name}", which=say(which), name=name))
    return joined(say(" and "), parts), plural or len(parts) > 1


def _axis_to_go(pair: Pair) -> Said:
    """An axis that is still to be reduced, or that should have stayed."""
    for big, small, text in (
        (pair.got, pair.expected, phrase("take the {what} over axis {axis}, and it is right")),
        (pair.expected, pair.got, phrase("it is the {what} over axis {axis} of what is expected")),
    ):
        if distinct([small]) < 2:
            continue
        for axis in range(big.dim()):
            rest = big.shape[:axis] + big.shape[axis + 1 :]
            if tuple(d for d in rest if d != 1) != tuple(d for d in small.shape if d != 1):
                continue
            for what, reduce in _TO_COME.items():
                if big.shape[axis] > 1 and pair.close(
                    reduce(big, axis).reshape(small.shape), small
                ):
                    return say(text, what=say(what), axis=axis)
    return NOTHING


def _permuted(pair: Pair) -> Said:
    expected, got = pair.expected, pair.got
    dim = got.dim()
    if not 2 < dim <= _MOST_PERMUTED or expected.dim() != dim:
        return NOTHING
    for order in itertools.permutations(range(dim)):
        moved = got.permute(order)
        if order != tuple(range(dim)) and pair.close(moved, expected):
            return say("its axes are in another order: permute{order} puts them right", order=order)
    return NOTHING


def _repeated(pair: Pair) -> Said:
    """Expected values that stand there several times."""
    expected, got = pair.expected, pair.got
    if got.dim() != expected.dim() + 1 or distinct([expected]) < 2:
        return NOTHING
    for axis in range(got.dim()):
        if got.shape[axis] < 2 or got.select(axis, 0).shape != expected.shape:
            continue
        if pair.close(expected.unsqueeze(axis).expand(got.shape), got):
            times = got.shape[axis]
            return say("it is what is expected, {n} times along axis {axis}", n=times, axis=axis)
    return NOTHING


def _reduced_axis(pair: Pair) -> Said:
    """Only by shapes: an argument without axis a is expected, without axis b came back."""
    for name, shape in _shapes(pair):
        without = {axis: shape[:axis] + shape[axis + 1 :] for axis in range(len(shape))}
        wanted = [axis for axis, rest in without.items() if rest == tuple(pair.expected.shape)]
        found = [axis for axis, rest in without.items() if rest == tuple(pair.got.shape)]
        if len(wanted) == 1 and len(found) == 1 and len(shape) > 1:
            return say(
                "axis {gone} of {name} is gone from the shape, axis {wanted} should be: is "
                "it the wrong dim?",
                gone=found[0],
                name=name,
                wanted=wanted[0],
            )
    return NOTHING


def _broadcast(pair: Pair) -> Said:
    """(n,) met (n, 1): a square that nobody asked for."""
    expected, got = tuple(pair.expected.shape), tuple(pair.got.shape)
    n = pair.expected.numel()
    flat = [size for size in expected if size != 1]
    if got == (n, n) and n > 2 and flat == [n]:
        return say("did a shape (n, 1) meet a shape (n,)? Together they broadcast to (n, n)")
    return NOTHING


def _size_kept(pair: Pair) -> Said:
    for name, shape in _shapes(pair):
        if shape == tuple(pair.got.shape) and len(shape) == pair.expected.dim():
            return say("it has the shape of {name}", name=name)
    return NOTHING


def _swapped(pair: Pair) -> Said:
    expected, got = tuple(pair.expected.shape), tuple(pair.got.shape)
    if len(expected) > 1 and sorted(expected) == sorted(got):
        return say("the sizes are right, but in another order: are axes swapped on the way?")
    return NOTHING


def _too_short(pair: Pair) -> Said:
    """By how much each axis is off, if by one or two."""
    expected, got = tuple(pair.expected.shape), tuple(pair.got.shape)
    if len(expected) != len(got):
        return say("it has {n} axes, {wanted} are expected", n=len(got), wanted=len(expected))
    off = [(axis, b - a) for axis, (a, b) in enumerate(zip(expected, got, strict=True)) if a != b]
    if any(abs(by) > 2 for _, by in off):
        return NOTHING
    long, short = phrase("axis {axis} is {by} too long"), phrase("axis {axis} is {by} too short")
    parts = [say(long if by > 0 else short, axis=axis, by=abs(by)) for axis, by in off]
    told = joined(say(" and "), parts)
    return told + say(": off by one?") if all(abs(by) == 1 for _, by in off) else told


def _shapes(pair: Pair) -> Iterator[tuple[str, tuple[int, ...]]]:
    for name, value in pair.inputs.items():
        if isinstance(value, TensorValue | ArrayValue):
            tensor: torch.Tensor = value.tensor
            yield name, tuple(tensor.shape)
