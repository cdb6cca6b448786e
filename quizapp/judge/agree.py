"""Whether two values agree, and the first thing that is different. Owns the order of comparison.

Type, shape (never broadcast), dtype, device, NaN, values. Streams of values and the sentence around
a mismatch are left to `compare`.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import torch

from quizapp.judge import backward
from quizapp.judge.checks import Check
from quizapp.judge.describe import (
    dtype_name,
    escaped,
    kind_of,
    neighbourhood,
    number,
    position,
    shape_of,
    two_numbers,
    value_text,
)
from quizapp.judge.values import (
    ArrayValue,
    DeviceValue,
    Gradients,
    OpCount,
    TensorValue,
    Unsupported,
    Value,
)
from quizapp.judge.words import COLON, NOTHING, THEN, Said, phrase, same, say

_TOLERANCES: Final = {
    torch.float16: (1e-3, 1e-5),
    torch.bfloat16: (1.6e-2, 1e-5),
    torch.float32: (1.3e-6, 1e-5),
    torch.float64: (1e-7, 1e-7),
    torch.complex64: (1.3e-6, 1e-5),
    torch.complex128: (1e-7, 1e-7),
    torch.float8_e4m3fn: (0.125, 1e-2),
    torch.float8_e5m2: (0.25, 1e-2),
}
"""(rtol, atol) as in `torch.testing`; Python floats are held to float32's, where they come from."""
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
_PROBLEMS: Final = {
    backward.NO_TENSOR: say("the output is not a tensor"),
    backward.NO_GRAPH: say("the output is detached from its inputs"),
    backward.OTHER_SHAPE: say("the output has another shape than expected"),
}
_DETACHED: Final = say("detach(), .data, .item(), no_grad() and torch.tensor(…) cut it off")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The first difference between two values.

    Attributes:
        text: "a tensor, got None" when `of_type`, else such as "shape (4, 1), expected (4,)".
        hint: what to do about it; may be empty.
        of_type: whether the type itself is wrong.
        is_none: whether nothing at all came.
        refused: whether it is a type that is never accepted.
        has: whether a value has `text`, such as a shape, rather than is it.
        about: "dtype" or "device", where it is only that; else empty.
        path: where in nested values, such as "[1]"; or a name such as "the gradient of x".
        of_gradient: whether `path` is such a name.
        index: of the worst or first wrong element of a tensor.
        size: length of that tensor's first axis.
        allowed: the limit, when the value is right, but not what it cost; else empty.
        numbers: whether `text` holds numbers that a hidden check keeps to itself.
        around: name -> the numbers around the worst element, expected and got.
    """

    text: Said
    hint: Said = NOTHING
    of_type: bool = False
    is_none: bool = False
    refused: bool = False
    has: bool = False
    about: str = ""
    path: Said = NOTHING
    of_gradient: bool = False
    index: tuple[int, ...] = ()
    size: int = -1
    allowed: Said = NOTHING
    numbers: bool = False
    around: tuple[tuple[Said, str], ...] = ()

    def inside(self, step: Said) -> Mismatch:
        """The same difference seen from one container further out."""
        return replace(self, path=step + self.path, of_gradient=False)


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
    return Mismatch(_instead(value_text(got), value_text(expected)), numbers=True)


def _instead(got: str, expected: str) -> Said:
    return say("{got}, expected {expected}", got=got, expected=expected)


def _close_numbers(expected: complex, got: complex, check: Check) -> Mismatch | None:
    """Two Python floats, or complex numbers."""
    rtol, atol = tolerance(torch.float32, check)
    if expected == got or (_is_nan(expected) and _is_nan(got)):
        return None
    difference = abs(expected - got)
    if difference <= atol + rtol * abs(expected) and math.isfinite(abs(expected)):
        return None
    wanted, found = two_numbers(expected, got)
    return Mismatch(_instead(found, wanted) + _allowed(rtol, atol, expected), numbers=True)


def _is_nan(value: complex) -> bool:
    return cmath.isnan(value)


def _int_numbers(expected: int, got: int, check: Check) -> Mismatch | None:
    if check.atol is None and check.rtol is None:
        return _same(expected, got, check)
    return None if expected == got else _close_numbers(float(expected), float(got), check)


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
            text = say("no gradient reaches {name}", name=_of_input(name))
            if got.problem:
                text += COLON + _problem(got.problem)
            if not got.problem.startswith(backward.FAILED):
                text += THEN + _DETACHED
            return Mismatch(NOTHING, text, path=gradient_of(name), of_gradient=True)
        if wanted is None and found is not None:
            text = say("a gradient reaches {name}, none should: detach it", name=_of_input(name))
            return Mismatch(NOTHING, text, path=gradient_of(name), of_gradient=True)
        mismatch = find_mismatch(wanted, found, check)
        if mismatch is not None:
            return replace(mismatch, path=gradient_of(name), of_gradient=True)
    if got.problem and not expected.problem:
        path = say("the gradient")
        return Mismatch(NOTHING, _problem(got.problem), path=path, of_gradient=True)
    return None


def gradient_of(name: str) -> Said:
    """What a gradient is called, by the name of its input."""
    return say("the gradient of {name}", name=_of_input(name))


def _of_input(name: str) -> Said:
    """The name of an input; of one whose gradient came in pieces, with that in words."""
    if name.endswith(backward.SCATTERED):
        own = name.removesuffix(backward.SCATTERED)
        return own + say(" (when grad_output is not contiguous)")
    return same(name)


def _problem(told: str) -> Said:
    """What stood in the way of a backward pass, as the sandbox tells it.

    It has but a few words for that, which are known here; all else is quoted as it is.
    """
    if told in _PROBLEMS:
        return _PROBLEMS[told]
    text = escaped(told)
    start = f"{backward.FAILED}: "
    if text.startswith(start):
        return say("the backward pass failed: {why}", why=text.removeprefix(start))
    kind, *values = told.split(backward.BETWEEN)
    if kind == backward.MISFIT and len(values) == 3:
        name, measured, claimed = map(escaped, values)
        return say(
            "backward does not fit forward: when {name} moves a little in a random direction, "
            "the output changes by {measured}, but the gradient of {name} says {claimed}",
            name=name,
            measured=measured,
            claimed=claimed,
        )
    return same(text)


def _tensors(expected: TensorValue, got: TensorValue, check: Check) -> Mismatch | None:
    wanted, found = expected.tensor, got.tensor
    if wanted.shape != found.shape:
        text = say("shape {got}, expected {wanted}", got=shape_of(found), wanted=shape_of(wanted))
        return Mismatch(text, _shape_hint(wanted, found, check), has=True)
    if wanted.dtype != found.dtype:
        name = dtype_name(wanted.dtype)
        text = say("dtype {got}, expected {wanted}", got=dtype_name(found.dtype), wanted=name)
        hint = say(".to(torch.{name}) converts it", name=name)
        return Mismatch(text, hint, has=True, about="dtype")
    if expected.device != got.device:
        text = say(
            "a tensor on {got}, expected {wanted}",
            got=value_text(DeviceValue(got.device)),
            wanted=expected.device,
        )
        hint = say("make it with device=x.device of an input x")
        return Mismatch(text, hint, about="device")
    return _numbers(wanted, found, check)


def _arrays(expected: ArrayValue, got: ArrayValue, check: Check) -> Mismatch | None:
    if expected.scalar != got.scalar:
        return _of_type(expected, got)
    return _tensors(TensorValue(expected.tensor), TensorValue(got.tensor), check)


def _shape_hint(wanted: torch.Tensor, found: torch.Tensor, check: Check) -> Said:
    if wanted.dtype != found.dtype or wanted.numel() != found.numel():
        if found.numel() == 1 and wanted.numel() > 1:
            return say(
                "one number instead of one for each element: is it summed over too many axes?"
            )
        return NOTHING
    if _numbers(wanted, found.reshape(wanted.shape), check) is None:
        return say("the numbers are right, only the shape is not")
    reversed_axes = found.permute(tuple(range(found.dim() - 1, -1, -1)))
    if reversed_axes.shape == wanted.shape and _numbers(wanted, reversed_axes, check) is None:
        return say("it is the transpose of what is expected")
    return NOTHING


def _numbers(wanted: torch.Tensor, found: torch.Tensor, check: Check) -> Mismatch | None:
    """Two tensors of one shape and dtype, element by element."""
    if not wanted.numel():
        return None
    dtype = wanted.dtype
    if not (dtype.is_floating_point or dtype.is_complex):
        return _whole_numbers(wanted, found, check)
    wide = torch.complex128 if dtype.is_complex else torch.float64
    if dtype.itemsize == 1:  # those cannot be calculated with
        wanted, found = wanted.to(wide), found.to(wide)
    rtol, atol = tolerance(dtype, check)
    # In the dtype itself, as `torch.testing` does it: the limit is rounded as it is there.
    bad = ~torch.isclose(found, wanted, rtol=rtol, atol=atol)
    if not bad.any():
        return None
    wanted, found = wanted.to(wide), found.to(wide)
    strange = _nan_mismatch(wanted, found)
    if strange is not None:
        return strange
    bad &= ~wanted.isnan()
    difference = (wanted - found).abs()
    return _worst(wanted, found, bad, difference, (rtol, atol))


def _whole_numbers(wanted: torch.Tensor, found: torch.Tensor, check: Check) -> Mismatch | None:
    """Integers and bools: exactly equal, unless the check gives a tolerance."""
    unsigned = wanted.dtype in (torch.uint16, torch.uint32, torch.uint64)  # these know few ops
    bad = _as_signed(wanted) != _as_signed(found) if unsigned else wanted != found
    if not bad.any():
        return None
    difference = (wanted.double() - found.double()).abs()
    rtol, atol = check.rtol or 0.0, check.atol or 0.0
    if (atol or rtol) and wanted.dtype is not torch.bool:
        bad &= difference > atol + rtol * wanted.double().abs()
    return _worst(wanted, found, bad, difference, (rtol, atol))


def _as_signed(tensor: torch.Tensor) -> torch.Tensor:
    """Unsigned integers as signed ones of the same bits: equal where those are."""
    return tensor.view(getattr(torch, dtype_name(tensor.dtype).removeprefix("u")))


def _nan_mismatch(wanted: torch.Tensor, found: torch.Tensor) -> Mismatch | None:
    extra = found.isnan() & ~wanted.isnan()
    missing = wanted.isnan() & ~found.isnan()
    for places, template in (
        (extra, phrase("NaN in {share}{first}; expected numbers there")),
        (missing, phrase("numbers in {share}{first}; expected NaN there")),
    ):
        if places.any():
            index = _first(places)
            at = say(", first at {index}", index=position(index)) if index else NOTHING
            text = say(template, share=_share(places), first=at)
            return Mismatch(text, has=True, index=index, size=_length(wanted))
    return None


def _worst(
    wanted: torch.Tensor,
    found: torch.Tensor,
    bad: torch.Tensor,
    difference: torch.Tensor,
    tolerances: tuple[float, float],
) -> Mismatch | None:
    if not bad.any():
        return None
    # An infinity in the wrong place is the worst that can be; NaN comes of inf - inf.
    ranked = torch.where(bad, difference.nan_to_num(nan=math.inf, posinf=math.inf), -1.0)
    index = _unravel(int(ranked.argmax()), wanted.shape)
    expected_text, got_text = two_numbers(wanted[index].item(), found[index].item())
    if bad.numel() == 1:
        text = _instead(got_text, expected_text)
    else:
        text = say(
            "wrong values: {share} differ{worst}: expected {expected}, got {got}",
            share=_share(bad),
            worst=say(", worst at {index}", index=position(index)) if index else NOTHING,
            expected=expected_text,
            got=got_text,
        )
    text += _allowed(*tolerances, wanted[index].item())
    around = neighbourhood(wanted, found, index)
    return Mismatch(
        text,
        has=bad.numel() != 1,
        index=index,
        size=_length(wanted),
        numbers=True,
        around=around,
    )


def tolerance(dtype: torch.dtype, check: Check) -> tuple[float, float]:
    """(rtol, atol). One that the check gives leaves the other as it is."""
    rtol, atol = _TOLERANCES.get(dtype, (0.0, 0.0))
    return (
        rtol if check.rtol is None else check.rtol,
        atol if check.atol is None else check.atol,
    )


def _allowed(rtol: float, atol: float, expected: complex) -> Said:
    """How far from this expected number the one that came might have been."""
    allowed = atol + rtol * abs(expected)
    if not allowed or not math.isfinite(allowed):
        return NOTHING
    return say(" (± {allowed:.2g} is allowed)", allowed=allowed)


def _share(places: torch.Tensor) -> Said:
    return say("{n:,} of {total:,}", n=int(places.sum()), total=places.numel())


def _first(places: torch.Tensor) -> tuple[int, ...]:
    return _unravel(int(places.flatten().to(torch.uint8).argmax()), places.shape)


def _unravel(flat: int, shape: torch.Size) -> tuple[int, ...]:
    index: list[int] = []
    for size in reversed(shape):
        index.append(flat % size)
        flat //= size
    return tuple(reversed(index))


def _length(tensor: torch.Tensor) -> int:
    return tensor.shape[0] if tensor.dim() else -1


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
    TensorValue: _tensors,
    ArrayValue: _arrays,
    OpCount: _op_counts,
    Gradients: _gradients,
}
