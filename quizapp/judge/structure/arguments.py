"""What came back, and what is expected, as something that was made of the arguments of the call.

Owns hints such as "the sum over axis 1, not over axis 0" and "b is not added". Leaves relations
between the two alone to `relations`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, TypeAlias

import torch
from torch import Tensor

from quizapp.judge.structure.pairs import Pair, Pairs, distinct, proof
from quizapp.judge.values import ArrayValue, TensorValue
from quizapp.judge.words import NOTHING, Said, phrase, say

_LARGEST: Final = 1 << 16
_Axis: TypeAlias = int | None
_Step: TypeAlias = tuple[str, _Axis]

_REDUCTIONS: Final[dict[str, Callable[..., Tensor]]] = {
    phrase("sum"): lambda x, axes: x.sum(axes),
    phrase("mean"): lambda x, axes: x.mean(axes),
    phrase("maximum"): lambda x, axes: x.amax(axes),
    phrase("minimum"): lambda x, axes: x.amin(axes),
    phrase("norm"): lambda x, axes: torch.linalg.vector_norm(x, dim=axes),
    phrase("standard deviation (n − 1)"): lambda x, axes: x.std(axes),
    phrase("standard deviation (n)"): lambda x, axes: x.std(axes, correction=0),
    phrase("variance (n − 1)"): lambda x, axes: x.var(axes),
    phrase("variance (n)"): lambda x, axes: x.var(axes, correction=0),
}
_ALONG: Final[dict[str, Callable[..., Tensor]]] = {
    phrase("softmax"): lambda x, axis: x.softmax(axis),
    phrase("log-softmax"): lambda x, axis: x.log_softmax(axis),
    phrase("share of the sum"): lambda x, axis: x / x.sum(axis, keepdim=True),
    phrase("cumulative sum"): lambda x, axis: x.cumsum(axis),
    phrase("argmax"): lambda x, axis: x.argmax(axis).to(x.dtype),
    phrase("argmin"): lambda x, axis: x.argmin(axis).to(x.dtype),
}
_NORMALISED: Final[dict[str, Callable[[Tensor, int], Tensor]]] = {
    phrase("divided by its sum"): lambda x, axis: x / x.sum(axis, keepdim=True),
    phrase("divided by its norm"): lambda x, axis: (
        x / torch.linalg.vector_norm(x, dim=axis, keepdim=True)
    ),
    phrase("divided by its maximum"): lambda x, axis: x / x.amax(axis, keepdim=True),
    phrase("freed of its mean"): lambda x, axis: x - x.mean(axis, keepdim=True),
    phrase("standardised"): lambda x, axis: _standard(x, axis, 1),
    phrase("standardised (with n)"): lambda x, axis: _standard(x, axis, 0),
    phrase("put through softmax"): lambda x, axis: x.softmax(axis),
    phrase("put through log-softmax"): lambda x, axis: x.log_softmax(axis),
    phrase("summed up cumulatively"): lambda x, axis: x.cumsum(axis),
}


def _standard(x: Tensor, axis: int, correction: int) -> Tensor:
    if x.shape[axis] < 2:  # torch warns of that
        return torch.full_like(x, torch.nan)
    return (x - x.mean(axis, keepdim=True)) / x.std(axis, correction=correction, keepdim=True)


def other_step(pairs: Pairs) -> Said:
    """One reduction of an argument instead of another; empty when it is none. Shapes may differ."""
    return _of_each(pairs, _other_step)


def missing_term(pairs: Pairs) -> Said:
    """An argument that is not added or multiplied in, or once too often."""
    return _of_each(pairs, _missing_term)


def _of_each(pairs: Pairs, find: Callable[[str, Pairs, Sequence[Tensor]], Said]) -> Said:
    """The first hint that `find` has about an argument."""
    for name in _names(pairs):
        inputs = [_input(pair, name) for pair in pairs]
        known = [each for each in inputs if each is not None]
        if len(known) == len(inputs) and (text := find(name, pairs, known)):
            return text
    return NOTHING


def unchanged(pairs: Pairs) -> Said:
    """That an argument came back as it was; empty when none did. Shapes may differ."""
    for name in _names(pairs):
        inputs = [_input(pair, name) for pair in pairs]
        alike = all(
            each is not None and pair.got.shape == each.shape and bool((pair.got == each).all())
            for pair, each in zip(pairs, inputs, strict=True)
        )
        if alike and _telling(pairs):
            return say("what came back is {name} itself, as it was passed in", name=name)
    return NOTHING


def normalisation(pairs: Pairs) -> Said:
    """A step along one axis that is missing, or one too many."""
    if any(pair.expected.is_complex() for pair in pairs):
        return NOTHING
    dims = {pair.expected.dim() for pair in pairs}
    if len(dims) != 1:
        return NOTHING
    (dim,) = dims
    for axis in range(dim):
        if all(pair.expected.shape[axis] < 2 for pair in pairs):
            continue
        where = say(" along axis {axis}", axis=axis) if dim > 1 else NOTHING
        for name, step in _NORMALISED.items():
            if all(pair.mends(step(pair.got, axis)) for pair in pairs) and _long(pairs, axis):
                return say("right once it is {done}{where}", done=say(name), where=where)
            if all(pair.gives(step(pair.expected, axis)) for pair in pairs) and _long(pairs, axis):
                return say(
                    "it is what is expected, {done}{where}, which is not asked for",
                    done=say(name),
                    where=where,
                )
    return NOTHING


def _long(pairs: Pairs, axis: int) -> bool:
    """Whether there is proof, and it does not come of pairs of numbers, where much looks alike."""
    long = [pair for pair in pairs if pair.differs and pair.expected.shape[axis] > 2]
    return bool(long) and proof(long)


def _names(pairs: Pairs) -> list[str]:
    return list(pairs[0].inputs) if pairs else []


def _input(pair: Pair, name: str) -> Tensor | None:
    """A tensor argument, widened; None when it is none or cannot be worked with."""
    value = pair.inputs.get(name)
    if not isinstance(value, TensorValue | ArrayValue):
        return None
    tensor = value.tensor
    if not 0 < tensor.numel() <= _LARGEST or tensor.dtype.is_complex or tensor.dim() > 5:
        return None
    wide = tensor.to(torch.float64)
    return wide if bool(wide.isfinite().all()) else None


def _telling(pairs: Pairs) -> bool:
    """Proof for hints whose shapes may differ: enough different numbers on both sides."""
    return min(distinct([p.expected for p in pairs]), distinct([p.got for p in pairs])) >= 3


def _other_step(name: str, pairs: Pairs, inputs: Sequence[Tensor]) -> Said:
    """Expected one reduction of an argument, got another."""
    if not _telling(pairs):
        return NOTHING
    expected = _steps(pairs, inputs, [pair.expected for pair in pairs])
    got = _steps(pairs, inputs, [pair.got for pair in pairs]) if expected else []
    ranked = [
        (wanted[0] != found[0], wanted[1] != found[1], wanted, found)
        for wanted in expected
        for found in got
        if wanted != found and (wanted[0] == found[0] or wanted[1] == found[1])
    ]
    if not ranked:
        return NOTHING
    _, _, wanted, found = min(ranked, key=lambda each: each[:2])
    return say(
        "what came back is the {found}, not the {wanted}",
        found=_step(found, name),
        wanted=_step(wanted, name),
    )


def _step(step: _Step, name: str) -> Said:
    what, axis = step
    if axis is None:
        return say("{what} of {name}", what=say(what), name=name)
    return say("{what} of {name} over axis {axis}", what=say(what), name=name, axis=axis)


def _steps(pairs: Pairs, inputs: Sequence[Tensor], results: Sequence[Tensor]) -> list[_Step]:
    """The steps that make each result of its input."""
    dim = min(each.dim() for each in inputs)
    found: list[_Step] = []
    for what, axis, function in _all_steps(dim):
        together = zip(pairs, inputs, results, strict=True)
        if all(_makes(pair, function, each, result) for pair, each, result in together):
            found.append((what, axis))
    return found


def _all_steps(dim: int) -> Iterator[tuple[str, _Axis, Callable[[Tensor], Tensor]]]:
    every = tuple(range(dim))
    for name, reduce in _REDUCTIONS.items():
        for axis in every:
            yield name, axis, partial(reduce, axes=(axis,))
        yield name, None, partial(_over_all, reduce)
    for name, along in _ALONG.items():
        for axis in every:
            yield name, axis, partial(along, axis=axis)


def _over_all(reduce: Callable[..., Tensor], x: Tensor) -> Tensor:
    return reduce(x, axes=tuple(range(x.dim())))


def _makes(pair: Pair, function: Callable[[Tensor], Tensor], x: Tensor, result: Tensor) -> bool:
    if min(x.shape, default=1) < 2 or result.is_complex():  # n − 1 would be 0
        return False
    made = function(x)
    if made.shape != result.shape and made.squeeze().shape == result.squeeze().shape:
        made = made.reshape(result.shape)
    return pair.close(made, result)


def _missing_term(name: str, pairs: Pairs, inputs: Sequence[Tensor]) -> Said:
    """What came back is right but for an argument that is not added, or not multiplied in."""
    texts = (
        (lambda e, x: e - x, phrase("what came back lacks {name}: add it")),
        (lambda e, x: e + x, phrase("{name} is added once too often, or not subtracted")),
        (
            lambda e, x: e * x,
            phrase("it is multiplied by {name} once too often, or not divided by it"),
        ),
        (lambda e, x: e / x, phrase("what came back lacks a factor {name}")),
    )
    if any(pair.expected.shape != pair.got.shape for pair in pairs):
        return NOTHING
    for make, text in texts:
        if all(_from_term(pair, x, make) for pair, x in zip(pairs, inputs, strict=True)):
            return say(text, name=name)
    return NOTHING


def _from_term(pair: Pair, x: Tensor, make: Callable[[Tensor, Tensor], Tensor]) -> bool:
    if pair.expected.is_complex() or x.dim() > pair.expected.dim():
        return False
    matching = zip(reversed(x.shape), reversed(pair.expected.shape), strict=False)
    if any(own not in (1, whole) for own, whole in matching):
        return False
    return pair.gives(make(pair.expected, x.expand(pair.expected.shape)))
