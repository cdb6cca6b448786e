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
_LOOP: Final = "replace the Python loop by tensor code"
_COSTS: Final = (
    ("ops", _LOOP),
    ("lines of Python", _LOOP),
    ("multiplications", ""),
    ("FLOPs", ""),
    ("bytes of tensors at once", "free what is not needed any more, or work in smaller parts"),
)
"""What the costs of a call are called, in the order of `OpCount.costs`, and what to do."""
GROWTH_SLACK: Final = (8, 40)
"""Ops and lines that a call may cost more with large inputs: a branch, not a loop."""
_DETACHED = "detach(), .data, .item(), no_grad() and torch.tensor(…) cut it off"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The first difference between two values.

    Attributes:
        text: "a tensor, got None" when `of_type`, else such as "shape (4, 1), expected (4,)".
        hint: what to do about it; may be empty.
        of_type: whether the type itself is wrong.
        refused: whether it is a type that is never accepted.
        path: where in nested values, such as "[1]"; or a name such as "the gradient of x".
        index: of the worst or first wrong element of a tensor.
        size: length of that tensor's first axis.
        allowed: the limit, when the value is right, but not what it cost; else empty.
        numbers: whether `text` holds numbers that a hidden check keeps to itself.
        around: name -> the numbers around the worst element, expected and got.
    """

    text: str
    hint: str = ""
    of_type: bool = False
    refused: bool = False
    path: str = ""
    index: tuple[int, ...] = ()
    size: int = -1
    allowed: str = ""
    numbers: bool = False
    around: tuple[tuple[str, str], ...] = ()

    def inside(self, step: str) -> Mismatch:
        """The same difference seen from one container further out."""
        return replace(self, path=step + self.path)


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
    hint = ""
    found = kind_of(got)
    if got is None:
        hint = "does every path end in a return?"
    elif isinstance(expected, TensorValue):
        if isinstance(got, ArrayValue):
            hint = "torch.from_numpy makes one of it, staying in torch needs none"
        elif type(got) in (list, tuple):
            hint = "torch.stack or torch.tensor makes one of it"
        elif type(got) in (bool, int, float):
            hint = "keep it a tensor: no .item() or float()"
    elif type(expected) in (bool, int, float, complex):
        if isinstance(got, TensorValue | ArrayValue):
            found += f" of shape {shape_of(got.tensor)}"
            hint = ".item() gives the number" if got.tensor.numel() == 1 else ""
        elif type(expected) is int and type(got) is float:
            found += f" ({number(got)})"
            hint = "whole numbers come of // or int()"
    elif isinstance(got, Gradients | OpCount):
        found = "something else"
    return Mismatch(
        f"{wanted}, got {found}", hint, of_type=True, refused=isinstance(got, Unsupported)
    )


def _same(expected: Value, got: Value, _check: Check) -> Mismatch | None:
    if expected == got:
        return None
    return Mismatch(f"{value_text(got)}, expected {value_text(expected)}", numbers=True)


def _close_numbers(expected: complex, got: complex, check: Check) -> Mismatch | None:
    """Two Python floats, or complex numbers."""
    rtol, atol = tolerance(torch.float32, check)
    if expected == got or (_is_nan(expected) and _is_nan(got)):
        return None
    difference = abs(expected - got)
    if difference <= atol + rtol * abs(expected) and math.isfinite(abs(expected)):
        return None
    wanted, found = two_numbers(expected, got)
    return Mismatch(f"{found}, expected {wanted}{_allowed(rtol, atol, expected)}", numbers=True)


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
        return Mismatch(f"{len(got)} values, expected {len(expected)}")
    if _is_tuple(expected) and all(type(part) is int for part in (*expected, *got)):
        return _same(tuple(expected), tuple(got), check)
    for index, pair in enumerate(zip(expected, got, strict=True)):
        found = find_mismatch(*pair, check)
        if found is not None:
            return found.inside(f"[{index}]")
    return None


def _dicts(expected: Value, got: Value, check: Check) -> Mismatch | None:
    missing = [key for key in expected if key not in got]
    extra = [key for key in got if key not in expected]
    if missing or extra:
        which = f"no key {value_text(missing[0])}" if missing else f"a key {value_text(extra[0])}"
        return Mismatch(f"a dict with {which}, expected keys {value_text(list(expected))}")
    for key, value in expected.items():
        found = find_mismatch(value, got[key], check)
        if found is not None:
            return found.inside(f"[{value_text(key)}]")
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
            allowed = f"at most {limit:,} (the reference needs {reference:,})"
            return Mismatch(f"{count:,} {what}", hint, allowed=allowed)
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
            text = f"{before:,} {what} for size {small:,} and {after:,}"
            allowed = f"size {large:,}; the reference needs {ours:,} and {theirs:,}"
            return Mismatch(text, hint, allowed=allowed)
    return None


def _gradients(expected: Gradients, got: Gradients, check: Check) -> Mismatch | None:
    for name, wanted in expected.reached.items():
        found = got.reached.get(name)
        if wanted is not None and found is None:
            reason = got.problem or f"no gradient reaches {name}"
            text = f"no gradient reaches {name}"
            if reason != text:
                text += f": {value_text(reason)[1:-1]}"
            if not got.problem.startswith(backward.FAILED):
                text += f"; {_DETACHED}"
            return Mismatch("", text, path=f"the gradient of {name}")
        if wanted is None and found is not None:
            text = f"a gradient reaches {name}, none should: detach it"
            return Mismatch("", text, path=f"the gradient of {name}")
        mismatch = find_mismatch(wanted, found, check)
        if mismatch is not None:
            return replace(mismatch, path=f"the gradient of {name}")
    if got.problem and not expected.problem:
        return Mismatch("", value_text(got.problem)[1:-1], path="the gradient")
    return None


def _tensors(expected: TensorValue, got: TensorValue, check: Check) -> Mismatch | None:
    wanted, found = expected.tensor, got.tensor
    if wanted.shape != found.shape:
        text = f"shape {shape_of(found)}, expected {shape_of(wanted)}"
        return Mismatch(text, _shape_hint(wanted, found, check))
    if wanted.dtype != found.dtype:
        text = f"dtype {dtype_name(found.dtype)}, expected {dtype_name(wanted.dtype)}"
        return Mismatch(text, f".to(torch.{dtype_name(wanted.dtype)}) converts it")
    if expected.device != got.device:
        text = f"a tensor on {value_text(DeviceValue(got.device))}, expected {expected.device}"
        return Mismatch(text, "make it with device=x.device of an input x")
    return _numbers(wanted, found, check)


def _arrays(expected: ArrayValue, got: ArrayValue, check: Check) -> Mismatch | None:
    if expected.scalar != got.scalar:
        return _of_type(expected, got)
    return _tensors(TensorValue(expected.tensor), TensorValue(got.tensor), check)


def _shape_hint(wanted: torch.Tensor, found: torch.Tensor, check: Check) -> str:
    if wanted.dtype != found.dtype or wanted.numel() != found.numel():
        if found.numel() == 1 and wanted.numel() > 1:
            return "one number instead of one for each element: is it summed over too many axes?"
        return ""
    if _numbers(wanted, found.reshape(wanted.shape), check) is None:
        return "the numbers are right, only the shape is not"
    reversed_axes = found.permute(tuple(range(found.dim() - 1, -1, -1)))
    if reversed_axes.shape == wanted.shape and _numbers(wanted, reversed_axes, check) is None:
        return "it is the transpose of what is expected"
    return ""


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
    for places, what, rest in (
        (extra, "NaN", "expected numbers there"),
        (missing, "numbers", "expected NaN there"),
    ):
        if places.any():
            index = _first(places)
            text = f"{what} in {_share(places)}{_at(', first at', index)}; {rest}"
            return Mismatch(text, index=index, size=_length(wanted))
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
        text = f"{got_text}, expected {expected_text}"
    else:
        text = (
            f"wrong values: {_share(bad)} differ{_at(', worst at', index)}: "
            f"expected {expected_text}, got {got_text}"
        )
    text += _allowed(*tolerances, wanted[index].item())
    around = neighbourhood(wanted, found, index)
    return Mismatch(text, index=index, size=_length(wanted), numbers=True, around=around)


def tolerance(dtype: torch.dtype, check: Check) -> tuple[float, float]:
    """(rtol, atol). One that the check gives leaves the other as it is."""
    rtol, atol = _TOLERANCES.get(dtype, (0.0, 0.0))
    return (
        rtol if check.rtol is None else check.rtol,
        atol if check.atol is None else check.atol,
    )


def _allowed(rtol: float, atol: float, expected: complex) -> str:
    """How far from this expected number the one that came might have been."""
    allowed = atol + rtol * abs(expected)
    if not allowed or not math.isfinite(allowed):
        return ""
    return f" (± {allowed:.2g} is allowed)"


def _share(places: torch.Tensor) -> str:
    return f"{int(places.sum()):,} of {places.numel():,}"


def _first(places: torch.Tensor) -> tuple[int, ...]:
    return _unravel(int(places.flatten().to(torch.uint8).argmax()), places.shape)


def _unravel(flat: int, shape: torch.Size) -> tuple[int, ...]:
    index: list[int] = []
    for size in reversed(shape):
        index.append(flat % size)
        flat //= size
    return tuple(reversed(index))


def _at(words: str, index: tuple[int, ...]) -> str:
    return f"{words} {position(index)}" if index else ""


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
