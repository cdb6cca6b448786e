"""Whether two tensors agree, and the first thing that is different. Owns tolerances.

Shape (never broadcast), dtype, device, NaN, numbers. What holds tensors is left to `agree`.
"""

from __future__ import annotations

import math
from typing import Final

import torch

from quizapp.judge.checks import Check
from quizapp.judge.describe import (
    dtype_name,
    neighbourhood,
    position,
    shape_of,
    two_numbers,
    value_text,
)
from quizapp.judge.mismatch import Mismatch, instead
from quizapp.judge.values import DeviceValue, TensorValue
from quizapp.judge.words import NOTHING, Said, phrase, say

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


def find_in_tensors(expected: TensorValue, got: TensorValue, check: Check) -> Mismatch | None:
    """The first difference of a tensor from the one that is expected, or None."""
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
        text = instead(got_text, expected_text)
    else:
        text = say(
            "wrong values: {share} differ{worst}: expected {expected}, got {got}",
            share=_share(bad),
            worst=say(", worst at {index}", index=position(index)) if index else NOTHING,
            expected=expected_text,
            got=got_text,
        )
    text += allowed_around(*tolerances, wanted[index].item())
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


def allowed_around(rtol: float, atol: float, expected: complex) -> Said:
    """How far from this expected number the one that came might have been."""
    allowed = atol + rtol * size_of(expected)
    if not allowed or not math.isfinite(allowed):
        return NOTHING
    return say(" (± {allowed:.2g} is allowed)", allowed=allowed)


def size_of(number: complex) -> float:
    """The absolute value of a number; infinite where no float holds it, which `abs` refuses."""
    return math.hypot(number.real, number.imag)


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
