"""Frames into values. Owns distrust: any bytes give a value or `FrameError`. Format: `wire`.

Every length is checked against what is there before anything is allocated.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Final

import torch

from quizapp.judge.values import (
    ArrayValue,
    DeviceValue,
    Gradients,
    OpCount,
    TensorValue,
    Unsupported,
    Value,
)
from quizapp.judge.wire import (
    COMPLEX,
    DTYPES,
    FLOAT,
    INT_KEYS,
    ITEM_SIZES,
    LENGTH,
    LONG,
    MAX_COUNT,
    MAX_DEPTH,
    MAX_INT_BYTES,
    MAX_INT_KEYS,
    MAX_NAME,
    MAX_NDIM,
    MAX_SIZE,
    PARAMETER,
    REQUIRES_GRAD,
    SCALAR,
    TENSOR,
    TENSOR_PARTS,
    FrameError,
    FrameTooLargeError,
)


class Decoder:
    """Reads one frame off a buffer that may hold anything."""

    __slots__ = ("at", "count", "most", "view")

    def __init__(self, view: memoryview, most: int = MAX_COUNT) -> None:
        self.view = view
        self.at = 0
        self.count = 0
        self.most = most

    def _read(self, size: int) -> memoryview:
        end = self.at + size
        if end > len(self.view):
            raise FrameError("cut short")
        piece = self.view[self.at : end]
        self.at = end
        return piece

    def _length(self) -> int:
        return int(LENGTH.unpack(self._read(LENGTH.size))[0])

    def _spend(self, parts: int) -> None:
        self.count += parts
        if self.count > self.most:
            raise FrameTooLargeError("too many parts")

    def take(self, depth: int) -> Value:
        """The next value, which lies `depth` containers deep."""
        self._spend(1)
        if depth > MAX_DEPTH + 1:
            raise FrameError("nested too deeply")
        tag = self._read(1)[0]
        take = _TAKE.get(tag)
        if take is None:
            raise FrameError(f"unknown tag {tag}")
        return take(self, depth)

    def _take_int(self, _depth: int) -> int:
        size = self._length()
        if not 0 < size <= MAX_INT_BYTES:
            raise FrameError("an int of impossible size")
        return int.from_bytes(self._read(size), "little", signed=True)

    def _take_float(self, _depth: int) -> float:
        return float(FLOAT.unpack(self._read(FLOAT.size))[0])

    def _take_complex(self, _depth: int) -> complex:
        return complex(*COMPLEX.unpack(self._read(COMPLEX.size)))

    def _take_str(self, _depth: int) -> str:
        try:
            return str(self._read(self._length()), "utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise FrameError("text that is not UTF-8") from error

    def _take_bytes(self, _depth: int) -> bytes:
        return bytes(self._read(self._length()))

    def _take_items(self, depth: int) -> list[Value]:
        count = self._length()
        if count > len(self.view) - self.at:  # each part takes a byte at least
            raise FrameError("more parts than bytes")
        if self.count + count > self.most:
            raise FrameTooLargeError("too many parts")
        return [self.take(depth + 1) for _ in range(count)]

    def _take_tuple(self, depth: int) -> tuple[Value, ...]:
        return tuple(self._take_items(depth))

    def _take_size(self, depth: int) -> torch.Size:
        sizes = self._take_items(depth)
        if len(sizes) > MAX_NDIM or not all(
            type(size) is int and 0 <= size < MAX_SIZE for size in sizes
        ):
            raise FrameError("a shape of impossible sizes")
        return torch.Size(sizes)

    def _take_dict(self, depth: int) -> dict[str | int, Value]:
        count = self._length()
        if 2 * count > len(self.view) - self.at:
            raise FrameError("more parts than bytes")
        found: dict[str | int, Value] = {}
        ints = 0
        for _ in range(count):
            key = self.take(depth + 1)
            if type(key) is int:
                ints += 1
                if ints > MAX_INT_KEYS or key not in INT_KEYS:
                    raise FrameError("int keys that are too many or too large")
            elif type(key) is not str:
                raise FrameError("a key that is neither str nor int")
            if key in found:
                raise FrameError("the same key twice")
            found[key] = self.take(depth + 1)
        return found

    def _take_dtype(self, _depth: int) -> torch.dtype:
        code = self._read(1)[0]
        if code >= len(DTYPES):
            raise FrameError("an unknown dtype")
        return DTYPES[code]

    def _take_device(self, depth: int) -> DeviceValue:
        return DeviceValue(self._take_str(depth)[:MAX_NAME])

    def _take_refused(self, depth: int) -> Unsupported:
        return Unsupported(self._take_str(depth)[:MAX_NAME])

    def _take_op_count(self, depth: int) -> OpCount:
        fields = self._take_items(depth)
        if len(fields) != 5 or not all(type(part) is tuple for part in fields[1:]):
            raise FrameError("a malformed count of operations")
        value, costs, limits, smaller, record = fields
        if len(costs) != 5 or len(limits) > 5 or len(smaller) not in (0, 4) or len(record) > 2:
            raise FrameError("a malformed count of operations")
        if not all(type(cost) is int and 0 <= cost < MAX_SIZE for cost in costs + smaller) or not (
            all(limit is None or type(limit) is int for limit in limits)
        ):
            raise FrameError("a count of operations that is no count")
        ops, steps, multiplications, flops, peak_bytes = costs
        return OpCount(
            value, ops, steps, multiplications, limits, flops, peak_bytes, smaller, record
        )

    def _take_gradients(self, depth: int) -> Gradients:
        fields = self._take_items(depth)
        if len(fields) != 2 or type(fields[0]) is not dict or type(fields[1]) is not str:
            raise FrameError("malformed gradients")
        if not all(type(name) is str for name in fields[0]):
            raise FrameError("gradients without names")
        return Gradients(*fields)

    def _take_tensor(self, _depth: int) -> TensorValue:
        code, flags, ndim = self._header()
        label = bytes(self._read(self._read(1)[0])).decode("utf-8", "replace")
        tensor = self._numbers(code, ndim)
        return TensorValue(tensor, label, bool(flags & REQUIRES_GRAD), bool(flags & PARAMETER))

    def _take_array(self, _depth: int) -> ArrayValue:
        code, flags, ndim = self._header()
        return ArrayValue(self._numbers(code, ndim), bool(flags & SCALAR))

    def _header(self) -> tuple[int, int, int]:
        code, flags, ndim = TENSOR.unpack(self._read(TENSOR.size))
        if code >= len(DTYPES) or ndim > MAX_NDIM or flags > 7:
            raise FrameError("a malformed tensor")
        return code, flags, ndim

    def _numbers(self, code: int, ndim: int) -> torch.Tensor:
        """Sizes and raw bytes as a tensor; nothing is allocated before both agree."""
        self._spend(TENSOR_PARTS - 1)
        sizes = struct.unpack(f"<{ndim}Q", self._read(ndim * LONG.size))
        (stated,) = LONG.unpack(self._read(LONG.size))
        if any(size >= MAX_SIZE for size in sizes):
            raise FrameError("a tensor of impossible size")
        if math.prod(sizes) * ITEM_SIZES[code] != stated:
            raise FrameError("a tensor whose bytes do not fill its shape")
        raw = self._read(stated)
        dtype = DTYPES[code]
        try:
            if not stated:
                return torch.empty(sizes, dtype=dtype)
            if dtype is torch.bool:  # any byte may come; only 0 and 1 are valid inside torch
                return torch.frombuffer(bytearray(raw), dtype=torch.uint8).ne(0).reshape(sizes)
            return torch.frombuffer(bytearray(raw), dtype=dtype).reshape(sizes)
        except (RuntimeError, TypeError, ValueError, OverflowError) as error:
            raise FrameError("a tensor that torch refuses") from error


_TAKE: Final[dict[int, Callable[[Decoder, int], Value]]] = {
    ord("N"): lambda _decoder, _depth: None,
    ord("T"): lambda _decoder, _depth: True,
    ord("F"): lambda _decoder, _depth: False,
    ord("i"): Decoder._take_int,
    ord("f"): Decoder._take_float,
    ord("c"): Decoder._take_complex,
    ord("s"): Decoder._take_str,
    ord("b"): Decoder._take_bytes,
    ord("t"): Decoder._take_tuple,
    ord("l"): Decoder._take_items,
    ord("z"): Decoder._take_size,
    ord("d"): Decoder._take_dict,
    ord("y"): Decoder._take_dtype,
    ord("v"): Decoder._take_device,
    ord("u"): Decoder._take_refused,
    ord("o"): Decoder._take_op_count,
    ord("g"): Decoder._take_gradients,
    ord("x"): Decoder._take_tensor,
    ord("a"): Decoder._take_array,
}
