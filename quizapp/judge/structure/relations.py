"""Each number right but for one and the same step. Owns hints about values, element by element.

Factors, offsets, a function too many or too few, limits, rounding. Where numbers lie is left to
`places`, other shapes to `shapes`, arguments of the call to `arguments`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeAlias

import torch
from torch import Tensor

from quizapp.judge.describe import dtype_name, number
from quizapp.judge.structure.pairs import (
    PROOF_BITS,
    Guess,
    Pair,
    Pairs,
    all_give,
    all_mend,
    bits,
    distinct,
    proof,
)
from quizapp.judge.values import ArrayValue, TensorValue
from quizapp.judge.words import NOTHING, THEN, Said, phrase, same, say

_SAME: Final = 1e-4

_NAMED: Final = (
    (
        2.0,
        phrase("twice what is expected"),
        phrase("is something counted twice, or a half missing?"),
    ),
    (0.5, phrase("half of what is expected"), phrase("is it halved once too often?")),
    (
        255.0,
        phrase("255 times what is expected"),
        phrase("are pixels of 0 to 255 not scaled to 0 to 1?"),
    ),
    (
        1 / 255,
        phrase("1/255 of what is expected"),
        phrase("are pixels scaled to 0 to 1 once too often?"),
    ),
    (math.pi, phrase("π times what is expected"), ""),
    (1 / math.pi, phrase("1/π of what is expected"), phrase("is a factor π missing?")),
    (2 * math.pi, phrase("2π times what is expected"), ""),
    (1 / (2 * math.pi), phrase("1/(2π) of what is expected"), phrase("is a factor 2π missing?")),
    (
        180 / math.pi,
        phrase("180/π times what is expected"),
        phrase("are degrees taken for radians?"),
    ),
    (math.pi / 180, phrase("π/180 of what is expected"), phrase("are radians taken for degrees?")),
    (
        math.log(2),
        phrase("ln 2 times what is expected"),
        phrase("log2 is asked for, or log: which one?"),
    ),
    (
        1 / math.log(2),
        phrase("1/ln 2 times what is expected"),
        phrase("log2 is asked for, or log: which one?"),
    ),
    (
        math.log(10),
        phrase("ln 10 times what is expected"),
        phrase("log10 is asked for, or log: which one?"),
    ),
    (
        1 / math.log(10),
        phrase("1/ln 10 times what is expected"),
        phrase("log10 is asked for, or log?"),
    ),
    (100.0, phrase("100 times what is expected"), phrase("a percentage instead of a share?")),
    (0.01, phrase("1/100 of what is expected"), phrase("a share instead of a percentage?")),
)

_Forms: TypeAlias = tuple[tuple[Callable[[float], float], str, str], ...]
_LENGTH_FORMS: Final[_Forms] = (
    (
        lambda n: n,
        phrase("{n} times what is expected"),
        phrase("is a mean asked for instead of a sum?"),
    ),
    (
        lambda n: 1 / n,
        phrase("1/{n} of what is expected"),
        phrase("is it divided by {n} once too often?"),
    ),
    (
        lambda n: n / (n - 1),
        phrase("{n}/({n} − 1) of what is expected"),
        phrase("divide by {n}, not {n} − 1?"),
    ),
    (
        lambda n: (n - 1) / n,
        phrase("({n} − 1)/{n} of what is expected"),
        phrase("divide by {n} − 1, not {n}?"),
    ),
    (math.sqrt, phrase("√{n} times what is expected"), phrase("is a division by √{n} missing?")),
    (
        lambda n: 1 / math.sqrt(n),
        phrase("1/√{n} of what is expected"),
        phrase("is it divided by √{n} too often?"),
    ),
    (
        lambda n: n - 1,
        phrase("{n} − 1 times what is expected"),
        phrase("is a division by {n} − 1 missing?"),
    ),
    (lambda n: 1 / (n - 1), phrase("1/({n} − 1) of what is expected"), ""),
    (
        lambda n: n * n,
        phrase("{n}² times what is expected"),
        phrase("is a division by {n}² missing?"),
    ),
)
"""How a length n of the case may come in as a factor, what that gives, and a likely cause."""
_NUMBER_FORMS: Final[_Forms] = (
    (
        lambda v: v,
        phrase("{n} times what is expected"),
        phrase("is it multiplied by {n} once too often?"),
    ),
    (
        lambda v: 1 / v,
        phrase("what is expected divided by {n}"),
        phrase("is a factor {n} missing?"),
    ),
    (lambda v: v / 2, phrase("{n}/2 times what is expected"), ""),
)
"""The same for an argument that is a number."""

_FUNCTIONS: Final[tuple[tuple[Guess, str, str], ...]] = (
    (
        torch.square,
        phrase("the square of what is expected"),
        phrase("the square root of what is expected"),
    ),
    (
        torch.exp,
        phrase("exp() of what is expected; is a log missing?"),
        phrase("the log of what is expected"),
    ),
    (torch.reciprocal, phrase("1 divided by what is expected; is the division upside down?"), ""),
    (lambda x: 1 - x, phrase("1 minus what is expected"), ""),
    (torch.abs, phrase("what is expected without its sign"), ""),
    (
        torch.sigmoid,
        phrase("the sigmoid of what is expected"),
        phrase("right but for a sigmoid that is missing"),
    ),
    (
        torch.tanh,
        phrase("the tanh of what is expected"),
        phrase("right but for a tanh that is missing"),
    ),
    (torch.relu, phrase("the ReLU of what is expected"), ""),
)
"""(function, text when it was applied too often, text when once more would make it right)."""


class _Size(NamedTuple):
    """A number of a case that a factor may come of."""

    name: str
    told: Said
    short: str
    value: float
    forms: _Forms


def relation(pairs: Pairs) -> Said:
    """What one step makes of the expected values what came back; empty when there is none."""
    if any(pair.expected.is_complex() for pair in pairs):
        return _conjugate(pairs)
    for find in (_factor, _offset, _rounded, _function, _precision):
        found = find(pairs)
        if found:
            return found
    return NOTHING


def slightly_off(pairs: Pairs) -> Said:
    """That the differences are small, where nothing better can be said."""
    worst = 0.0
    for pair in pairs:
        scale = float(pair.expected.abs().max())
        if not pair.differs or pair.expected.is_complex():
            continue
        if not pair.dtype.is_floating_point or not scale:
            return NOTHING
        worst = max(worst, float((pair.expected - pair.got).abs().max()) / scale)
    if not 0 < worst < 1e-3 or not proof(pairs):
        return NOTHING
    return say(
        "no value is off by more than {share:.1g} % of the largest one; a small constant, "
        "an approximation, or rounding on the way?",
        share=100 * worst,
    )


def plain_relation(pairs: Pairs) -> Said:
    """The two relations that nothing is to be looked for behind: a sign, and a factor of two."""
    if all_give(pairs, torch.neg):
        return say("every value has the wrong sign")
    for factor, what, question in _NAMED[:2]:
        if all_give(pairs, _times(factor)):
            return _sentence(say(what), say(question))
    return NOTHING


def _times(factor: float) -> Guess:
    return lambda tensor: tensor * factor


def _conjugate(pairs: Pairs) -> Said:
    if all_give(pairs, torch.conj_physical):
        return say(
            "it is the complex conjugate of what is expected: the imaginary part has its sign"
        )
    return NOTHING


def _factor(pairs: Pairs) -> Said:
    """A factor that is a size of each case, or well known."""
    factors = [_ratio(pair) for pair in pairs if pair.clear.any()]
    if not factors or not all(math.isfinite(each) and each for each in factors):
        return NOTHING
    first = factors[0]
    same = all(math.isclose(each, first, rel_tol=_SAME) for each in factors)
    same = same and all_give(pairs, lambda expected: expected * first)
    named = [each for each in _NAMED if same and math.isclose(first, each[0], rel_tol=_SAME)]
    sized = _sized_factor(pairs, first) if pairs[0].clear.any() else NOTHING
    return sized or (_sentence(*map(say, named[0][1:])) if named else NOTHING)


def some_factor(pairs: Pairs) -> Said:
    """A constant factor that nothing is known of."""
    factor = _ratio(pairs[0]) if pairs[0].clear.any() else math.nan
    if not math.isfinite(factor) or not factor or not all_give(pairs, _times(factor)):
        return NOTHING
    if not proof(pairs, parameters=1):
        return NOTHING
    return say("every value is {times} what is expected", times=_factor_text(factor))


def _factor_text(factor: float) -> Said:
    inverse = 1 / factor
    if abs(factor) < 1 and math.isclose(inverse, round(inverse), rel_tol=_SAME):
        sign = "" if inverse > 0 else "−"
        return say("{factor} of", factor=f"{sign}1/{abs(round(inverse))}")
    if math.isclose(factor, round(factor), rel_tol=_SAME):
        return say("{factor} times", factor=round(factor))
    return say("{factor} times", factor=number(factor, 5))


def _sentence(what: Said, question: Said) -> Said:
    told = say("every value is {what}", what=what)
    return told + THEN + question if question else told


def _sized_factor(pairs: Pairs, first: float) -> Said:
    """A factor that each case has in its own size, such as its number of rows.

    Args:
        pairs: all of them.
        first: the factor of the first.
    """
    sizes = [{size.name: size for size in _sizes(pair)} for pair in pairs]
    for name, size in sizes[0].items():
        if not all(name in each for each in sizes):
            continue
        values = [each[name].value for each in sizes]
        for form, text, question in size.forms:
            factors = [_applied(form, value) for value in values]
            if not math.isclose(factors[0], first, rel_tol=_SAME):
                continue
            explained = zip(pairs, factors, strict=True)
            if all(pair.gives(pair.expected * factor) for pair, factor in explained):
                said = _sentence(say(text, n=size.short), say(question, n=size.short))
                if size.short == size.name:
                    return said
                return said + " n = " + size.told + f" = {_listed(values)}"
    return NOTHING


def _applied(form: Callable[[float], float], value: float) -> float:
    try:
        return form(value)
    except ZeroDivisionError:
        return math.nan


def _listed(values: list[float]) -> str:
    different = list(dict.fromkeys(values))
    return ", ".join(number(value) for value in different[:3]) + (
        ", …" if len(different) > 3 else ""
    )


def _sizes(pair: Pair) -> Iterator[_Size]:
    """Lengths of the arguments' axes, and arguments that are numbers themselves."""
    for name, value in pair.inputs.items():
        if isinstance(value, TensorValue | ArrayValue):
            shape = value.tensor.shape
            for axis, size in enumerate(shape):
                yield _size(same(f"{name}.shape[{axis}]"), float(size))
            if len(shape) > 1:
                count = float(value.tensor.numel())
                yield _size(same(f"{name}.numel()"), count)
        elif type(value) in (int, float) and math.isfinite(value) and value > 0:
            yield _Size(name, same(name), name, float(value), _NUMBER_FORMS)
    for axis, size in enumerate(pair.expected.shape):
        yield _size(say("length of axis {axis} of the result", axis=axis), float(size))


def _size(told: Said, value: float) -> _Size:
    return _Size(str(told), told, "n", value, _LENGTH_FORMS)


def _ratio(pair: Pair) -> float:
    """Quotient, got by expected, where the expected number is the largest of the wrong ones."""
    sizes = torch.where(pair.clear, pair.expected.abs(), -1.0).flatten()
    at = int(sizes.argmax())
    expected = float(pair.expected.flatten()[at])
    return float(pair.got.flatten()[at]) / expected if expected else math.nan


def _offset(pairs: Pairs) -> Said:
    wrong = next((pair for pair in pairs if pair.clear.any()), None)
    if wrong is None:
        return NOTHING
    offset = float((wrong.got - wrong.expected)[wrong.clear].median())
    if not all_give(pairs, lambda expected: expected + offset):
        return NOTHING
    if wrong.dtype.is_floating_point or abs(offset) != 1:
        by = number(abs(offset), 5)
        if offset > 0:
            return say("every value is {by} more than expected", by=by)
        return say("every value is {by} less than expected", by=by)
    if offset > 0:
        return say("every value is 1 too large: does the count begin at 0?")
    return say("every value is 1 too small: does the count begin at 0?")


def factor_and_offset(pairs: Pairs) -> Said:
    """A factor and an offset at once."""
    expected = torch.cat([pair.expected[pair.clear] for pair in pairs])
    got = torch.cat([pair.got[pair.clear] for pair in pairs])
    if expected.numel() < 3:
        return NOTHING
    low, high = int(expected.argmin()), int(expected.argmax())
    span = float(expected[high] - expected[low])
    if not span:
        return NOTHING
    a = float(got[high] - got[low]) / span
    b = float(got[low]) - a * float(expected[low])
    if not a or not all_give(pairs, lambda x: a * x + b) or not proof(pairs, parameters=1):
        return NOTHING
    return say(
        "every value is {factor} × what is expected {sign} {offset}: "
        "is it scaled and shifted once too often, or not at all?",
        factor=number(a, 4),
        sign="+" if b > 0 else "−",
        offset=number(abs(b), 4),
    )


def _function(pairs: Pairs) -> Said:
    for function, too_often, missing in _FUNCTIONS:
        if too_often and all_give(pairs, function):
            return say("every value is {what}", what=say(too_often))
        if missing and all_mend(pairs, function):
            return say("every value is {what}", what=say(missing))
    if all_mend(pairs, torch.abs):
        return say("right but for the sign: the absolute value is expected")
    return NOTHING


def limits(pairs: Pairs) -> Said:
    """Values that are cut off, or that should have been."""
    if any(pair.expected.is_complex() for pair in pairs):
        return NOTHING
    clear = [pair.clear for pair in pairs]
    expected = torch.cat([pair.expected[mask] for pair, mask in zip(pairs, clear, strict=True)])
    got = torch.cat([pair.got[mask] for pair, mask in zip(pairs, clear, strict=True)])
    inside = sum(int((~pair.bad).sum()) for pair in pairs)
    if expected.numel() < 2 or inside < 2:
        return NOTHING
    for lost, limit, find, missing in (
        (got, expected, all_mend, True),
        (expected, got, all_give, False),
    ):
        low, high = limit[lost < limit], limit[lost > limit]
        least = float(low[0]) if low.numel() else -math.inf
        most = float(high[0]) if high.numel() else math.inf
        if least > most or distinct([lost]) < 2 or bits([lost]) < PROOF_BITS:
            continue
        if not find(pairs, lambda x, a=least, b=most: x.clamp(a, b)):  # type: ignore[misc]
            continue
        if not _varies_inside(pairs, least, most):
            continue
        if missing:
            return say("right but for a limit: {limit} is missing", limit=_limit(least, most))
        return say("cut off by a limit that is not asked for: {limit}", limit=_limit(least, most))
    return NOTHING


def _varies_inside(pairs: Pairs, least: float, most: float) -> bool:
    """Whether there are right numbers that no limit touches: else it is a constant, no limit."""
    right = [pair.expected[~pair.bad] for pair in pairs]
    return distinct([part[(part > least) & (part < most)] for part in right]) >= 2


def _limit(least: float, most: float) -> str:
    parts = [
        f"{name}={number(value)}"
        for name, value in (("min", least), ("max", most))
        if math.isfinite(value)
    ]
    return f"clamp({', '.join(parts)})"


def _rounded(pairs: Pairs) -> Said:
    wrong = [pair for pair in pairs if pair.differs]
    # Told from a function such as ReLU by the fractions that are gone everywhere.
    if distinct([pair.got[pair.clear] for pair in wrong]) < 2:
        return NOTHING
    for function, text in (
        (torch.trunc, phrase("cut to whole numbers: // and int() drop the fraction")),
        (torch.floor, phrase("rounded down to whole numbers: // does that")),
        (torch.round, phrase("rounded to whole numbers")),
        (torch.ceil, phrase("rounded up to whole numbers")),
    ):
        if all_give(pairs, function) and _fractions(pairs):
            return say("every value is {what}", what=say(text))
    for digits in (1, 2, 3, 4):
        rounded = _rounding(digits)
        if all_give(pairs, rounded) and _fractions(pairs, 10**digits):
            if digits == 1:
                return say("every value is rounded to 1 decimal; keep them all")
            return say("every value is rounded to {n} decimals; keep them all", n=digits)
    return NOTHING


def _fractions(pairs: Pairs, scale: int = 1) -> bool:
    """Whether the fractions that a rounding took away are of all sizes, as they would be."""
    parts = [(pair.expected[pair.clear] * scale).frac().abs() for pair in pairs]
    return distinct(parts) >= 2


def _rounding(digits: int) -> Guess:
    return lambda tensor: torch.round(tensor, decimals=digits)


def _precision(pairs: Pairs) -> Said:
    """All that came fits a smaller dtype, what is expected does not, and they are about equal."""
    dtype = pairs[0].dtype
    wrong = [pair for pair in pairs if pair.differs]
    for lower in (torch.float32, torch.bfloat16, torch.float16):
        if not dtype.is_floating_point or torch.finfo(lower).eps <= torch.finfo(dtype).eps:
            continue
        fits = all(torch.equal(_through(pair.got, lower), pair.got) for pair in pairs)
        if not fits:
            continue
        lost = [pair.expected != _through(pair.expected, lower) for pair in wrong]
        eps = 64 * torch.finfo(lower).eps
        near = all(
            bool(((p.got - p.expected).abs() <= eps * float(p.expected.abs().max())).all())
            for p in pairs
        )
        if near and sum(int(mask.sum()) for mask in lost) >= 4:
            return say(
                "the numbers went through {lower} on the way; keep them {dtype}",
                lower=dtype_name(lower),
                dtype=dtype_name(dtype),
            )
    return NOTHING


def _through(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    return tensor.to(dtype).to(tensor.dtype)
