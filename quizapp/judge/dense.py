"""A tensor's numbers as raw bytes. Owns which tensors have any, and how they are read.

Used in the sandbox next to code that may patch torch, so it holds on to the C functions that it
needs from its import on. Leaves what goes around the numbers to `encoder`.
"""

from __future__ import annotations

import ctypes
import math
import struct
from collections.abc import Callable
from typing import Any, Final

import torch
from torch import nn

from quizapp.judge.wire import CODES, ITEM_SIZES

# Held from import on: a submission that replaces attributes of torch.Tensor reaches its own
# values with that, not this code.
_BASE: Any = torch._C.TensorBase
shape_of = _BASE.shape.__get__
dtype_of = _BASE.dtype.__get__
device_of = _BASE.device.__get__
_layout_of = _BASE.layout.__get__
requires_grad_of = _BASE.requires_grad.__get__
_is_quantized = _BASE.is_quantized.__get__
_is_nested = _BASE.is_nested.__get__
_data_ptr = _BASE.data_ptr
_is_contiguous = _BASE.is_contiguous
_contiguous = _BASE.contiguous
_detach = _BASE.detach
_to_cpu = _BASE.cpu
_is_conj, _resolve_conj = _BASE.is_conj, _BASE.resolve_conj
_is_neg, _resolve_neg = _BASE.is_neg, _BASE.resolve_neg
_is_functorch: Callable[[torch.Tensor], bool] = torch._C._functorch.is_functorch_wrapped_tensor
NoTorchDispatch: Any = torch._C._DisableTorchDispatch
_below_autograd: Any = torch._C._AutoDispatchBelowAutograd
NoTorchFunction: Any = torch._C.DisableTorchFunction
_string_at = ctypes.string_at

_PLAIN_NDIM: Final = 3
_PLAIN_BYTES: Final = 64 << 20
DENSE: Final = frozenset({torch.Tensor, nn.Parameter})


def why_not_dense(value: torch.Tensor) -> str:
    """Why a tensor cannot be read as raw bytes; empty when it can."""
    if _is_functorch(value):
        return "inside a torch.func transform"
    if _is_nested(value):
        return "with a nested layout"
    if _layout_of(value) is not torch.strided:
        return f"with layout {_layout_of(value)}"
    if _is_quantized(value):
        return "that is quantized"
    if dtype_of(value) not in CODES:
        return f"of dtype {dtype_of(value)}"
    if device_of(value).type in ("meta", "privateuseone"):
        return f"on device {device_of(value).type}"
    return ""


def plain_bytes(value: torch.Tensor) -> tuple[bytes, bytes] | None:
    """A small summary of dtype and shape, and the numbers, of a tensor that lies ready in memory.

    None for any other tensor, and for one too large to copy at once.
    """
    code = CODES.get(dtype_of(value))
    if code is None or _is_functorch(value) or _is_nested(value):
        return None
    shape = shape_of(value)
    if len(shape) > _PLAIN_NDIM:
        return None
    size = math.prod(shape) * ITEM_SIZES[code]
    if (
        not 0 < size <= _PLAIN_BYTES
        or _layout_of(value) is not torch.strided
        or device_of(value).type != "cpu"
        or not _is_contiguous(value)
        or _is_conj(value)
        or _is_neg(value)
    ):
        return None
    address = _data_ptr(value)
    if not address:
        return None
    return struct.pack(f"<BB{len(shape)}I", code, len(shape), *shape), _string_at(address, size)


def raw_bytes(value: torch.Tensor, size: int) -> bytes:
    """The numbers of a dense tensor in row-major order; `size` is how many bytes that is."""
    if not size:
        return b""
    if (
        device_of(value).type != "cpu"
        or not _is_contiguous(value)
        or _is_conj(value)
        or _is_neg(value)
    ):
        with NoTorchDispatch(), _below_autograd():
            if device_of(value).type != "cpu":
                value = _to_cpu(_detach(value))
            value = _contiguous(_resolve_neg(_resolve_conj(value)))
    address = _data_ptr(value)
    if not address:
        raise RuntimeError
    return _string_at(address, size)
