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

_MOST_OFFSETS: Final = 64
_MOST_PERMUTED: Final = 5
_TO_COME: Final[dict[str, Callable[[Tensor, int], Tensor]]] = {
    "sum": lambda x, axis: x.sum(axis),
    "mean": lambda x, axis: x.mean(axis),
    "maximum": lambda x, axis: x.amax(axis),
    "minimum": lambda x, axis: x.amin(axis),
    "product": lambda x, axis: x.prod(axis),
}


def of_shapes(pairs: Pairs) -> str:
    """The hint that fits all pairs of unlike shapes; all pairs must be of unlike shapes."""
    for find in (_by_numbers, _reduced_axis, _broadcast, _size_kept, _swapped, _too_short):
        found = {find(pair) for pair in pairs}
        if len(found) == 1 and (text := found.pop()):
            return text
    return ""


def _by_numbers(pair: Pair) -> str:
    """Hints that the numbers prove."""
    expected, got = pair.expected, pair.got
    if expected.is_complex() or min(expected.numel(), got.numel()) == 0:
        return ""
    if distinct([expected]) < 3 and distinct([got]) < 3:
        return ""
    return _cut_or_padded(pair) or _axis_to_go(pair) or _permuted(pair) or _repeated(pair)


def _cut_or_padded(pair: Pair) -> str:
    expected, got = pair.expected, pair.got
    if expected.dim() != got.dim():
        return ""
    smaller = all(a <= b for a, b in zip(got.shape, expected.shape, strict=True))
    larger = all(a >= b for a, b in zip(got.shape, expected.shape, strict=True))
    if smaller and distinct([got]) >= 3:
        starts = _starts(pair, expected, got)
        if starts is not None:
            return f"the numbers are right, but {_ends(starts, expected, got)} missing"
        if all(a == -(-b // 2) for a, b in zip(got.shape, expected.shape, strict=True)):
            every = tuple(slice(None, None, 2) for _ in got.shape)
            if pair.close(expected[every], got):
                return "it is every second of the expected values: is the step, or the stride, 2?"
    if larger and distinct([expected]) >= 3:
        starts = _starts(pair, got, expected)
        if starts is not None:
            return f"what is expected is inside, but {_ends(starts, got, expected)} too much"
        if all(b == -(-a // 2) for a, b in zip(got.shape, expected.shape, strict=True)):
            every = tuple(slice(None, None, 2) for _ in got.shape)
            if pair.close(got[every], expected):
                return "every second value of it is what is expected: a step, or stride, of 2?"
    return ""


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


def _ends(starts: tuple[int, ...], whole: Tensor, part: Tensor) -> str:
    """Such as "the last row and the first column are"."""
    names = ("row", "column") if whole.dim() == 2 else ("element",) if whole.dim() == 1 else ()
    parts: list[str] = []
    plural = False
    for axis, start in enumerate(starts):
        end = whole.shape[axis] - part.shape[axis] - start
        name = names[axis] if names else f"slice along axis {axis}"
        for count, which in ((start, "first"), (end, "last")):
            if count:
                plural |= count > 1
                many = name.replace("slice", "slices") if not names else f"{name}s"
                parts.append(f"the {which} {f'{count} {many}' if count > 1 else name}")
    plural |= len(parts) > 1
    return f"{' and '.join(parts)} {'are' if plural else 'is'}"


def _axis_to_go(pair: Pair) -> str:
    """An axis that is still to be reduced, or that should have stayed."""
    for big, small, text in (
        (pair.got, pair.expected, "take the {what} over axis {axis}, and it is right"),
        (pair.expected, pair.got, "it is the {what} over axis {axis} of what is expected"),
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
                    return text.format(what=what, axis=axis)
    return ""


def _permuted(pair: Pair) -> str:
    expected, got = pair.expected, pair.got
    dim = got.dim()
    if not 2 < dim <= _MOST_PERMUTED or expected.dim() != dim:
        return ""
    for order in itertools.permutations(range(dim)):
        moved = got.permute(order)
        if order != tuple(range(dim)) and pair.close(moved, expected):
            return f"its axes are in another order: permute{order} puts them right"
    return ""


def _repeated(pair: Pair) -> str:
    """Expected values that stand there several times."""
    expected, got = pair.expected, pair.got
    if got.dim() != expected.dim() + 1 or distinct([expected]) < 2:
        return ""
    for axis in range(got.dim()):
        if got.shape[axis] < 2 or got.select(axis, 0).shape != expected.shape:
            continue
        if pair.close(expected.unsqueeze(axis).expand(got.shape), got):
            return f"it is what is expected, {got.shape[axis]} times along axis {axis}"
    return ""


def _reduced_axis(pair: Pair) -> str:
    """Only by shapes: an argument without axis a is expected, without axis b came back."""
    for name, shape in _shapes(pair):
        without = {axis: shape[:axis] + shape[axis + 1 :] for axis in range(len(shape))}
        wanted = [axis for axis, rest in without.items() if rest == tuple(pair.expected.shape)]
        found = [axis for axis, rest in without.items() if rest == tuple(pair.got.shape)]
        if len(wanted) == 1 and len(found) == 1 and len(shape) > 1:
            return (
                f"axis {found[0]} of {name} is gone from the shape, axis {wanted[0]} should be: is "
                "it the wrong dim?"
            )
    return ""


def _broadcast(pair: Pair) -> str:
    """(n,) met (n, 1): a square that nobody asked for."""
    expected, got = tuple(pair.expected.shape), tuple(pair.got.shape)
    n = pair.expected.numel()
    flat = [size for size in expected if size != 1]
    if got == (n, n) and n > 2 and flat == [n]:
        return "did a shape (n, 1) meet a shape (n,)? Together they broadcast to (n, n)"
    return ""


def _size_kept(pair: Pair) -> str:
    for name, shape in _shapes(pair):
        if shape == tuple(pair.got.shape) and len(shape) == pair.expected.dim():
            return f"it has the shape of {name}"
    return ""


def _swapped(pair: Pair) -> str:
    expected, got = tuple(pair.expected.shape), tuple(pair.got.shape)
    if len(expected) > 1 and sorted(expected) == sorted(got):
        return "the sizes are right, but in another order: are axes swapped on the way?"
    return ""


def _too_short(pair: Pair) -> str:
    """By how much each axis is off, if by one or two."""
    expected, got = tuple(pair.expected.shape), tuple(pair.got.shape)
    if len(expected) != len(got):
        return f"it has {len(got)} axes, {len(expected)} are expected"
    off = [(axis, b - a) for axis, (a, b) in enumerate(zip(expected, got, strict=True)) if a != b]
    if any(abs(by) > 2 for _, by in off):
        return ""
    parts = [f"axis {axis} is {abs(by)} too {'long' if by > 0 else 'short'}" for axis, by in off]
    return (
        f"{' and '.join(parts)}: off by one?"
        if all(abs(by) == 1 for _, by in off)
        else (" and ".join(parts))
    )


def _shapes(pair: Pair) -> Iterator[tuple[str, tuple[int, ...]]]:
    for name, value in pair.inputs.items():
        if isinstance(value, TensorValue | ArrayValue):
            tensor: torch.Tensor = value.tensor
            yield name, tuple(tensor.shape)
