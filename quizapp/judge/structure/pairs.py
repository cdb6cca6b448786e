"""An expected tensor beside the one that came. Owns when a guess explains a difference, and proof.

A guess is a tensor that the submission would have returned if it had made a certain mistake. It
counts only if it accounts for all elements, and only on numbers that could have spoken against it:
zeros and ones agree with too much.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import torch
from torch import Tensor

from quizapp.judge.values import Value

_LEFT_OVER: Final = 0.01
"""Share of a difference that a guess may leave unexplained."""
_ROUNDING: Final = 64
"""Rounding errors allowed, in units of the dtype's last place; more of them hide in sums."""
_OF_SCALE: Final = 16
_SAMPLE: Final = 4096
_FLOAT_BITS: Final = 20.0
_PROOF_BITS: Final = 9.0


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """One tensor of one case, expected and got.

    Attributes:
        expected, got: float64 or complex128, finite; of equal shapes except for shape hints.
        bad: where they differ by more than the check allows; empty for unequal shapes.
        dtype: of the expected tensor, before it was widened.
        rtol, atol: what the check allows.
        inputs: arguments of the call that led to it, by name.
    """

    expected: Tensor
    got: Tensor
    bad: Tensor
    dtype: torch.dtype
    rtol: float
    atol: float
    inputs: Mapping[str, Value] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        """Whether anything is wrong in it."""
        return self.expected.shape != self.got.shape or bool(self.bad.any())

    @property
    def clear(self) -> Tensor:
        """Where the difference is too large for rounding."""
        noise = self._noise(self.expected, self.got)
        return self.bad & ((self.expected - self.got).abs() > 8 * noise)

    def gives(self, guess: Tensor) -> bool:
        """Whether `guess` is what came back: a mistake made of the expected values."""
        return self._explains(guess, self.got)

    def mends(self, guess: Tensor) -> bool:
        """Whether `guess`, made of what came back, is what is expected."""
        return self._explains(guess, self.expected)

    def _explains(self, guess: Tensor, target: Tensor) -> bool:
        if guess.shape != target.shape:
            return False
        size = torch.maximum(self.expected.abs(), self.got.abs())
        allowed = self._noise(guess, target) + torch.where(
            self.bad,
            _LEFT_OVER * (self.expected - self.got).abs(),
            2 * (self.atol + self.rtol * size),
        )
        return bool(((guess - target).abs() <= allowed).all())  # False where it is NaN

    def _noise(self, one: Tensor, other: Tensor) -> Tensor:
        """What rounding can do to numbers of this size and dtype."""
        if not (self.dtype.is_floating_point or self.dtype.is_complex):
            return torch.zeros_like(one.abs())
        eps = torch.finfo(self.dtype).eps
        if not one.numel():
            return one.abs()
        scale = float(torch.maximum(self.expected.abs().max(), self.got.abs().max()))
        sizes = torch.maximum(one.abs(), other.abs())
        return eps * (_ROUNDING * sizes + _OF_SCALE * scale)

    def close(self, one: Tensor, other: Tensor) -> bool:
        """Whether two tensors of one shape are equal but for rounding and tolerance."""
        if one.shape != other.shape:
            return False
        if not one.numel():
            return True
        size = torch.maximum(one.abs(), other.abs())
        eps = torch.finfo(self.dtype).eps if self.dtype.is_floating_point else 0.0
        allowed = self.atol + self.rtol * size + eps * _ROUNDING * float(size.max())
        return bool(((one - other).abs() <= allowed).all())


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
    return bits(got) >= _PROOF_BITS


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
