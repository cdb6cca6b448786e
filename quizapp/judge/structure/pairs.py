"""An expected tensor beside the one that came. Owns when a guess explains a difference, and proof.

A guess is a tensor that the submission would have returned if it had made a certain mistake. It
counts only if it accounts for all elements, and only on numbers that could have spoken against it:
zeros and ones agree with too much.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import torch
from torch import Tensor

from quizapp.judge.values import Value

_LEFT_OVER: Final = 0.01
"""Share of a difference that a guess may leave unexplained."""
_OF_TARGET: Final = 1e-4
"""And share of the number that it is to hit: beside a huge wrong one any guess looks near."""
_ROUNDING: Final = 64
"""Rounding errors allowed, in units of the dtype's last place; more of them hide in sums."""
_OF_SCALE: Final = 16
_SAMPLE: Final = 4096
_FLOAT_BITS: Final = 20.0
PROOF_BITS: Final = 14.0
"""A hundred guesses are made; one of them shall not fit by accident in a hundred checks."""


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """One tensor of one case, expected and got; made by `pair_of`.

    Attributes:
        expected, got: float64 or complex128, finite; of equal shapes except for shape hints.
        dtype: of the expected tensor, before it was widened.
        rtol, atol: what the check allows.
        inputs: arguments of the call that led to it, by name.
        differs: whether anything is wrong in it.
        bad: where they differ by more than the check allows; empty for unequal shapes.
        clear: where the difference is too large for rounding, besides.
        near_expected, near_got: how far a guess may be from each of the two.
    """

    expected: Tensor
    got: Tensor
    dtype: torch.dtype
    rtol: float
    atol: float
    inputs: Mapping[str, Value]
    differs: bool
    bad: Tensor
    clear: Tensor
    near_expected: Tensor
    near_got: Tensor

    def gives(self, guess: Tensor) -> bool:
        """Whether `guess` is what came back: a mistake made of the expected values."""
        if guess.shape != self.got.shape:
            return False
        return bool(((guess - self.got).abs() <= self.near_got).all())  # False where it is NaN

    def mends(self, guess: Tensor) -> bool:
        """Whether `guess`, made of what came back, is what is expected."""
        if guess.shape != self.expected.shape:
            return False
        return bool(((guess - self.expected).abs() <= self.near_expected).all())

    def close(self, one: Tensor, other: Tensor) -> bool:
        """Whether two tensors of one shape are equal but for rounding and tolerance."""
        if one.shape != other.shape:
            return False
        if not one.numel():
            return True
        size = torch.maximum(one.abs(), other.abs())
        allowed = self.atol + self.rtol * size + _eps(self.dtype) * _ROUNDING * size.max()
        return bool(((one - other).abs() <= allowed).all())


def pair_of(
    expected: Tensor,
    got: Tensor,
    dtype: torch.dtype,
    tolerances: tuple[float, float],
    inputs: Mapping[str, Value],
) -> Pair:
    """A pair, with what all guesses about it need.

    Args:
        expected: float64 or complex128, finite.
        got: of the same kind.
        dtype: what the expected one was before.
        tolerances: rtol and atol.
        inputs: arguments of the call, by name.
    """
    rtol, atol = tolerances
    none = torch.zeros(0)
    if expected.shape != got.shape:
        no = none.bool()
        return Pair(expected, got, dtype, rtol, atol, inputs, True, no, no, none, none)
    sizes = expected.abs(), got.abs()
    difference = (expected - got).abs()
    bad = difference > atol + rtol * sizes[0]
    scale = max((float(each.max()) for each in sizes if each.numel()), default=0.0)
    eps = _eps(dtype)
    noise = [eps * (_ROUNDING * each + _OF_SCALE * scale) for each in sizes]
    spare = 2 * (atol + rtol * torch.maximum(*sizes))
    clear = bad & (difference > 8 * torch.maximum(*noise))
    near = [
        torch.where(bad, torch.minimum(_LEFT_OVER * difference, _OF_TARGET * size), spare) + least
        for size, least in zip(sizes, noise, strict=True)
    ]
    differs = bool(bad.any())
    return Pair(expected, got, dtype, rtol, atol, inputs, differs, bad, clear, near[0], near[1])


def _eps(dtype: torch.dtype) -> float:
    """What rounding does to a number of 1; nothing to whole numbers."""
    if dtype.is_floating_point or dtype.is_complex:
        return torch.finfo(dtype).eps
    return 0.0


Pairs: TypeAlias = Sequence[Pair]
Guess: TypeAlias = Callable[[Tensor], Tensor]


def distinct(tensors: Sequence[Tensor]) -> int:
    """How many different numbers there are, six digits of each counted."""
    parts = [tensor.flatten()[:_SAMPLE] for tensor in tensors]
    if not parts:
        return 0
    numbers = torch.cat([part.real if part.is_complex() else part for part in parts])
    if not numbers.numel():
        return 0
    ordered = numbers.sort().values
    steps = ordered.diff() > 1e-6 * ordered.abs().max()
    return 1 + int(steps.sum())


def proof(pairs: Pairs, parameters: int = 0) -> bool:
    """Whether the differences say enough to believe a guess that explains all of them.

    Args:
        pairs: all tensors of the check.
        parameters: numbers that the guess took from the differences themselves.
    """
    wrong = [pair for pair in pairs if pair.differs]
    clear = [pair.clear for pair in wrong]
    expected = [pair.expected[mask] for pair, mask in zip(wrong, clear, strict=True)]
    got = [pair.got[mask] for pair, mask in zip(wrong, clear, strict=True)]
    if distinct(expected) < 2 + parameters or distinct(got) < 2:
        return False
    if not any(_spread(pair) for pair in wrong) and len(wrong) < 2:
        return False
    return bits(got) >= PROOF_BITS


def _spread(pair: Pair) -> bool:
    """Whether what came varies by more than rounding: else any small number would be right."""
    got = pair.got[pair.clear]
    if got.numel() < 2:
        return False
    parts = (got.real, got.imag) if got.is_complex() else (got,)
    far = max(float(part.max() - part.min()) for part in parts)
    return far > 4 * float(pair.near_got[pair.clear].max())


def bits(tensors: Sequence[Tensor]) -> float:
    """Roughly how unlikely it is to meet these numbers by accident, as bits.

    A fraction is hard to hit; of small whole numbers only a sequence of them is.
    """
    numbers = [tensor.real if tensor.is_complex() else tensor for tensor in tensors]
    whole = [part[part == part.round()] for part in numbers]
    fractions = [part[part != part.round()] for part in numbers]
    count = sum(part.numel() for part in whole)
    return _FLOAT_BITS * distinct(fractions) + count * math.log2(1 + distinct(whole))


def all_give(pairs: Pairs, guess: Guess) -> bool:
    """Whether `guess` of the expected values is what came back, in each pair."""
    return all(pair.gives(guess(pair.expected)) for pair in pairs)


def all_mend(pairs: Pairs, guess: Guess) -> bool:
    """Whether `guess` of what came back is what is expected, in each pair."""
    return all(pair.mends(guess(pair.got)) for pair in pairs)
