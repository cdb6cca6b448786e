"""Values into frames. Owns what may leave the sandbox, and how; the format is in `wire`.

Lives in the sandbox next to code that may patch torch: it asks only `type(x) is …`, and calls no
method of a value whose type it does not know. The numbers of tensors are left to `dense`.
"""

from __future__ import annotations

import math
import struct
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from quizapp.judge.dense import (
    DENSE,
    device_of,
    dtype_of,
    raw_bytes,
    requires_grad_of,
    shape_of,
    why_not_dense,
)
from quizapp.judge.values import (
    ArrayValue,
    DeviceValue,
    Gradients,
    OpCount,
    TensorValue,
    Unsupported,
)
from quizapp.judge.wire import (
    CODES,
    COMPLEX,
    FLOAT,
    INT_KEYS,
    ITEM_SIZES,
    LENGTH,
    MAX_COUNT,
    MAX_DEPTH,
    MAX_INT_BYTES,
    MAX_INT_KEYS,
    MAX_NAME,
    MAX_NDIM,
    NUMPY_CODES,
    NUMPY_SCALARS,
    PARAMETER,
    REQUIRES_GRAD,
    SCALAR,
    TENSOR,
    TENSOR_PARTS,
    FrameTooLargeError,
)

_as_array = np.asarray
_qualname_of = type.__dict__["__qualname__"].__get__
_module_of = type.__dict__["__module__"].__get__


unwraps: dict[type, Callable[[Any], tuple[torch.Tensor, str]]] = {}
"""Exact type of a wrapper -> what gives its CPU tensor and the device it stands for."""


def type_name(value: object) -> str:
    """The name of a value's type with its module, cut; runs nothing of the value or its class."""
    kind = type(value)
    try:
        module, name = _module_of(kind), _qualname_of(kind)
    except Exception:  # a class may hide its module behind anything
        module, name = "", ""
    if type(name) is not str or not name:
        name = "object of a nameless type"
    if type(module) is str and module not in ("builtins", "__main__", ""):
        name = f"{module}.{name}"
    return name[:MAX_NAME]


class Encoder:
    """Collects the chunks of one frame within a budget of bytes and parts."""

    __slots__ = ("chunks", "count", "mind_grad", "room")

    def __init__(self, max_bytes: int, *, mind_grad: bool = True) -> None:
        self.chunks: list[bytes] = []
        self.room = max_bytes
        self.count = 0
        self.mind_grad = mind_grad

    def _add(self, chunk: bytes) -> None:
        self._reserve(len(chunk))
        self.chunks.append(chunk)

    def _reserve(self, size: int) -> None:
        """Fail before `size` bytes are made rather than after."""
        self.room -= size
        if self.room < 0:
            raise FrameTooLargeError("a value of too many bytes")

    def _spend(self, parts: int) -> None:
        self.count += parts
        if self.count > MAX_COUNT:
            raise FrameTooLargeError("a value of too many parts")

    def put(self, value: object, depth: int) -> None:
        """Add a value that lies `depth` containers deep."""
        self._spend(1)
        kind = type(value)
        put = _PUT.get(kind)
        if put is not None:
            if depth >= MAX_DEPTH:
                self._refuse("value nested too deeply")
            else:
                put(self, value, depth)
        elif kind in unwraps:
            self._put_wrapped(value, kind)
        elif kind in NUMPY_SCALARS:
            self._put_array(_as_array(value), SCALAR)
        else:
            self._refuse(type_name(value))

    def _refuse(self, name: str) -> None:
        self._put_text(b"u", name)

    def _put_none(self, _value: None, _depth: int) -> None:
        self._add(b"N")

    def _put_bool(self, value: bool, _depth: int) -> None:
        self._add(b"T" if value else b"F")

    def _put_int(self, value: int, _depth: int) -> None:
        size = value.bit_length() // 8 + 1
        if size > MAX_INT_BYTES:
            self._refuse(f"int of {value.bit_length()} bits")
        else:
            self._add(b"i" + LENGTH.pack(size) + value.to_bytes(size, "little", signed=True))

    def _put_float(self, value: float, _depth: int) -> None:
        self._add(b"f" + FLOAT.pack(value))

    def _put_complex(self, value: complex, _depth: int) -> None:
        self._add(b"c" + COMPLEX.pack(value.real, value.imag))

    def _put_str(self, value: str, _depth: int) -> None:
        self._put_text(b"s", value)

    def _put_bytes(self, value: bytes, _depth: int) -> None:
        self._add(b"b" + LENGTH.pack(min(len(value), self.room)))
        self._add(value)

    def _put_text(self, tag: bytes, value: str) -> None:
        self._reserve(len(value))
        raw = value.encode("utf-8", "surrogatepass")
        self._reserve(len(raw) - len(value) + 1 + LENGTH.size)
        self.chunks.append(tag + LENGTH.pack(len(raw)) + raw)

    def _put_items(self, tag: bytes, items: Sequence[object], depth: int) -> None:
        if self.count + len(items) > MAX_COUNT:  # at once: a million parts take seconds
            raise FrameTooLargeError("a value of too many parts")
        self._add(tag + LENGTH.pack(min(len(items), MAX_COUNT + 1)))
        for item in items:
            self.put(item, depth + 1)

    def _put_tuple(self, value: tuple[object, ...], depth: int) -> None:
        self._put_items(b"t", value, depth)

    def _put_list(self, value: list[object], depth: int) -> None:
        self._put_items(b"l", value[: MAX_COUNT + 1], depth)  # a copy: a thread may change it

    def _put_size(self, value: torch.Size, depth: int) -> None:
        self._put_items(b"z", value, depth)

    def _put_dict(self, value: dict[Any, object], depth: int) -> None:
        items = list(dict.items(value))
        reason = _why_no_keys(items)
        if reason:
            self._refuse(f"dict with {reason}")
            return
        self._add(b"d" + LENGTH.pack(min(len(items), MAX_COUNT + 1)))
        for key, item in items:
            self.put(key, depth)  # no container, so it may lie in the deepest
            self.put(item, depth + 1)

    def _put_dtype(self, value: torch.dtype, _depth: int) -> None:
        code = CODES.get(value)
        if code is None:
            self._refuse(f"torch.dtype {value}")
        else:
            self._add(b"y" + bytes((code,)))

    def _put_device(self, value: torch.device, _depth: int) -> None:
        self._put_text(b"v", str(value))

    def _put_refused(self, value: Unsupported, _depth: int) -> None:
        self._refuse(str(value.type_name)[:MAX_NAME])

    def _put_op_count(self, value: OpCount, depth: int) -> None:
        parts = (value.value, value.costs, value.at_most, value.smaller, value.record)
        self._put_items(b"o", parts, depth)

    def _put_gradients(self, value: Gradients, depth: int) -> None:
        self._put_items(b"g", (value.reached, value.problem), depth)

    def _put_decoded(self, value: TensorValue, _depth: int) -> None:
        flags = REQUIRES_GRAD * value.requires_grad | PARAMETER * value.parameter
        self._put_dense(value.tensor, flags, value.device)

    def _put_decoded_array(self, value: ArrayValue, _depth: int) -> None:
        self._put_dense(value.tensor, SCALAR * value.scalar, None)

    def _put_decoded_device(self, value: DeviceValue, _depth: int) -> None:
        self._put_text(b"v", value.label)

    def _put_tensor(self, value: torch.Tensor, _depth: int) -> None:
        flags = REQUIRES_GRAD if self.mind_grad and requires_grad_of(value) else 0
        if type(value) is nn.Parameter:
            flags |= PARAMETER
        self._put_dense(value, flags, str(device_of(value)))

    def _put_wrapped(self, value: object, kind: type) -> None:
        try:
            flags = REQUIRES_GRAD if self.mind_grad and requires_grad_of(value) else 0
            inner, label = unwraps[kind](value)
        except Exception:  # whatever a tampered wrapper raises, it has no numbers to show
            self._refuse(type_name(value))
            return
        self._put_dense(inner, flags, label)

    def _put_dense(self, value: torch.Tensor, flags: int, label: str | None) -> None:
        """A tensor as raw bytes; `label` None makes it a NumPy array."""
        if type(value) not in DENSE:  # a value class that was not made by the decoder
            self._refuse(type_name(value))
            return
        try:
            reason = why_not_dense(value)
            if reason:
                self._refuse(f"{type_name(value)} {reason}")
                return
            shape = shape_of(value)
            code = CODES[dtype_of(value)]
            size = math.prod(shape) * ITEM_SIZES[code]
            self._reserve(size)  # before an expanded tensor is made contiguous
            raw = raw_bytes(value, size)
        except RuntimeError:  # a tensor without memory of its own
            self._refuse(f"{type_name(value)} without data")
            return
        self.room += size
        self._put_raw(code, flags, shape, raw, label)

    def _put_array(self, value: np.ndarray[Any, Any], flags: int = 0) -> None:
        code = NUMPY_CODES.get(value.dtype)
        if code is None:
            self._refuse(f"numpy.ndarray of dtype {value.dtype.str}")
            return
        if value.nbytes > self.room:
            raise FrameTooLargeError("an array of too many bytes")
        self._put_raw(code, flags, value.shape, value.tobytes(), None)

    def _put_ndarray(self, value: np.ndarray[Any, Any], _depth: int) -> None:
        self._put_array(value)

    def _put_raw(
        self, code: int, flags: int, shape: tuple[int, ...], raw: bytes, label: str | None
    ) -> None:
        if len(shape) > MAX_NDIM:
            self._refuse(f"tensor of {len(shape)} dimensions")
            return
        self._spend(TENSOR_PARTS - 1)
        header = TENSOR.pack(code, flags, len(shape))
        if label is None:
            head = b"a" + header
        else:
            place = label.encode("utf-8", "replace")[:255]
            head = b"x" + header + bytes((len(place),)) + place
        self._add(head + struct.pack(f"<{len(shape) + 1}Q", *shape, len(raw)))
        self._add(raw)


_PUT: Final[dict[type, Callable[[Encoder, Any, int], None]]] = {
    type(None): Encoder._put_none,
    bool: Encoder._put_bool,
    int: Encoder._put_int,
    float: Encoder._put_float,
    complex: Encoder._put_complex,
    str: Encoder._put_str,
    bytes: Encoder._put_bytes,
    tuple: Encoder._put_tuple,
    list: Encoder._put_list,
    torch.Size: Encoder._put_size,
    dict: Encoder._put_dict,
    OrderedDict: Encoder._put_dict,
    torch.dtype: Encoder._put_dtype,
    torch.device: Encoder._put_device,
    torch.Tensor: Encoder._put_tensor,
    nn.Parameter: Encoder._put_tensor,
    np.ndarray: Encoder._put_ndarray,
    Unsupported: Encoder._put_refused,
    OpCount: Encoder._put_op_count,
    Gradients: Encoder._put_gradients,
    TensorValue: Encoder._put_decoded,
    ArrayValue: Encoder._put_decoded_array,
    DeviceValue: Encoder._put_decoded_device,
}


def _why_no_keys(items: Sequence[tuple[object, object]]) -> str:
    """Why the keys of a dict may not cross over; empty when they may."""
    ints = 0
    for key, _ in items:
        if type(key) is int:
            ints += 1
            if key not in INT_KEYS:
                return "an int key of more than 32 bits"
        elif type(key) is not str:
            return f"a key of type {type_name(key)}"
    return f"more than {MAX_INT_KEYS} int keys" if ints > MAX_INT_KEYS else ""
