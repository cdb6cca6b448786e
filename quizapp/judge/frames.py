"""Typed values as bytes. Owns the codec: exact types, raw tensor bytes, hard caps; no pickle.

Runs on both sides. The encoder lives in the sandbox next to code that may patch torch: it holds on
to the C functions it needs from its import on, asks only `type(x) is …`, and calls no method of a
value whose type it does not know. The decoder trusts nothing: every length is checked against what
is there before anything is allocated, and malformed input raises `FrameError`, nothing else.

A frame is a tag byte and a body; containers nest. Numbers are little-endian.

    N T F       None, True, False
    i n bytes   int, signed            f 8, c 16   float, complex
    s n utf-8   str                    b n         bytes
    t l z n …   tuple, list, torch.Size            d n (key value)…   dict of str or int keys
    x …         tensor: dtype, flags, ndim, device, sizes, raw bytes
    a …         NumPy array or scalar, the same without a device
    y dtype     torch.dtype            v label     torch.device
    u name      refused by its type    o … g …     OpCount, Gradients
"""

from __future__ import annotations

import ctypes
import hashlib
import math
import struct
import sys
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from quizapp.judge.values import (
    ArrayValue,
    DeviceValue,
    Gradients,
    OpCount,
    TensorValue,
    Unsupported,
    Value,
)

MAX_BYTES: Final = 256 << 20
MAX_DEPTH: Final = 32
MAX_COUNT: Final = 1_000_000
MAX_NDIM: Final = 32
_MAX_INT_BYTES: Final = 4096
_MAX_NAME: Final = 160
_MAX_SIZE: Final = 1 << 48

_LENGTH = struct.Struct("<I")
_LONG = struct.Struct("<Q")
_FLOAT = struct.Struct("<d")
_COMPLEX = struct.Struct("<dd")
_TENSOR = struct.Struct("<BBB")

_DTYPES: Final = (
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64,
    torch.float16, torch.bfloat16, torch.float32, torch.float64,
    torch.complex64, torch.complex128, torch.uint16, torch.uint32, torch.uint64,
    torch.complex32, torch.float8_e4m3fn, torch.float8_e5m2,
)  # fmt: skip
_CODES: Final = {dtype: code for code, dtype in enumerate(_DTYPES)}
_SIZES: Final = tuple(dtype.itemsize for dtype in _DTYPES)
_NUMPY_CODES: Final = {
    np.dtype(name): _CODES[getattr(torch, name)]
    for name in (
        "bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64",
        "complex64", "complex128", "uint16", "uint32", "uint64",
    )
}  # fmt: skip
_NUMPY_SCALARS: Final = frozenset(dtype.type for dtype in _NUMPY_CODES)
_REQUIRES_GRAD, _PARAMETER, _SCALAR = 1, 2, 4

# Held from import on: a submission that replaces attributes of torch.Tensor reaches its own
# values with that, not this code.
_BASE: Any = torch._C.TensorBase
_shape_of = _BASE.shape.__get__
_dtype_of = _BASE.dtype.__get__
_device_of = _BASE.device.__get__
_layout_of = _BASE.layout.__get__
_requires_grad_of = _BASE.requires_grad.__get__
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
_NoTorchDispatch: Any = torch._C._DisableTorchDispatch
_NoTorchFunction: Any = torch._C.DisableTorchFunction
_string_at = ctypes.string_at
_as_array = np.asarray
_blake2b = hashlib.blake2b
_qualname_of = type.__dict__["__qualname__"].__get__
_module_of = type.__dict__["__module__"].__get__
_BYTE_ORDER_FITS: Final = sys.byteorder == "little"

_unwraps: dict[type, Callable[[Any], tuple[torch.Tensor, str]]] = {}


class FrameError(Exception):
    """The bytes are not a frame, or not one within the caps."""


class FrameTooLargeError(FrameError):
    """The value takes more bytes, or has more parts, than may cross over."""


def register_unwrap(kind: type, unwrap: Callable[[Any], tuple[torch.Tensor, str]]) -> None:
    """Let tensors of exactly type `kind` cross over.

    Args:
        kind: a wrapper, such as the tensors of the simulated accelerator.
        unwrap: gives the CPU tensor inside and the label of the device it stands for.
    """
    _unwraps[kind] = unwrap


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
    return name[:_MAX_NAME]


def encode(value: object, *, max_bytes: int = MAX_BYTES) -> bytes:
    """A value as one frame. A value of an unknown type becomes `Unsupported`, wherever it nests.

    Raises:
        FrameTooLargeError: it takes more than `max_bytes`, or more than `MAX_COUNT` parts.
    """
    encoder = _Encoder(max_bytes)
    with _NoTorchDispatch(), _NoTorchFunction(), torch._C._AutoDispatchBelowAutograd():
        encoder.put(value, 0)
    return b"".join(encoder.chunks)


def digest(value: object) -> bytes:
    """16 bytes that change when a value does: type, dtype, shape, device, numbers.

    What cannot cross over counts by its type alone, so modules and optimizers never differ. Neither
    does `requires_grad` count, nor a value beyond the caps.
    """
    encoder = _Encoder(MAX_BYTES, mind_grad=False)
    try:
        with _NoTorchDispatch(), _NoTorchFunction(), torch._C._AutoDispatchBelowAutograd():
            encoder.put(value, 0)
    except FrameTooLargeError:
        return bytes(16)
    hashed = _blake2b(digest_size=16)
    for chunk in encoder.chunks:
        hashed.update(chunk)
    return hashed.digest()


def decode(data: bytes | bytearray | memoryview, *, max_bytes: int = MAX_BYTES) -> Value:
    """The value of one frame. Tensors get memory of their own.

    Raises:
        FrameError: the bytes are not exactly one frame within the caps.
    """
    view = memoryview(data).cast("B")
    if len(view) > max_bytes:
        raise FrameTooLargeError(f"a frame of {len(view)} bytes, {max_bytes} at most")
    decoder = _Decoder(view)
    value = decoder.take(0)
    if decoder.at != len(view):
        raise FrameError(f"{len(view) - decoder.at} bytes after the end")
    return value


class _Encoder:
    """Collects the chunks of one frame within a budget of bytes and parts."""

    __slots__ = ("chunks", "count", "mind_grad", "room")

    def __init__(self, max_bytes: int, *, mind_grad: bool = True) -> None:
        self.chunks: list[bytes] = []
        self.room = max_bytes
        self.count = 0
        self.mind_grad = mind_grad

    def add(self, chunk: bytes) -> None:
        self.reserve(len(chunk))
        self.chunks.append(chunk)

    def reserve(self, size: int) -> None:
        """Fail before `size` bytes are made rather than after."""
        self.room -= size
        if self.room < 0:
            raise FrameTooLargeError("a value of too many bytes")

    def put(self, value: object, depth: int) -> None:
        self.count += 1
        if self.count > MAX_COUNT:
            raise FrameTooLargeError("a value of too many parts")
        kind = type(value)
        put = _PUT.get(kind)
        if put is not None:
            if depth >= MAX_DEPTH:
                self.refuse("value nested too deeply")
            else:
                put(self, value, depth)
        elif kind in _unwraps:
            self.put_wrapped(value, kind)
        elif kind in _NUMPY_SCALARS:
            self.put_array(_as_array(value), _SCALAR)
        else:
            self.refuse(type_name(value))

    def refuse(self, name: str) -> None:
        self.put_text(b"u", name)

    def put_none(self, _value: None, _depth: int) -> None:
        self.add(b"N")

    def put_bool(self, value: bool, _depth: int) -> None:
        self.add(b"T" if value else b"F")

    def put_int(self, value: int, _depth: int) -> None:
        size = value.bit_length() // 8 + 1
        if size > _MAX_INT_BYTES:
            self.refuse(f"int of {value.bit_length()} bits")
        else:
            self.add(b"i" + _LENGTH.pack(size) + value.to_bytes(size, "little", signed=True))

    def put_float(self, value: float, _depth: int) -> None:
        self.add(b"f" + _FLOAT.pack(value))

    def put_complex(self, value: complex, _depth: int) -> None:
        self.add(b"c" + _COMPLEX.pack(value.real, value.imag))

    def put_str(self, value: str, _depth: int) -> None:
        self.put_text(b"s", value)

    def put_bytes(self, value: bytes, _depth: int) -> None:
        self.add(b"b" + _LENGTH.pack(min(len(value), self.room)))
        self.add(value)

    def put_text(self, tag: bytes, value: str) -> None:
        self.reserve(len(value))
        raw = value.encode("utf-8", "surrogatepass")
        self.reserve(len(raw) - len(value) + 1 + _LENGTH.size)
        self.chunks.append(tag + _LENGTH.pack(len(raw)) + raw)

    def put_items(self, tag: bytes, items: Sequence[object], depth: int) -> None:
        self.add(tag + _LENGTH.pack(min(len(items), MAX_COUNT + 1)))
        for item in items:
            self.put(item, depth + 1)

    def put_tuple(self, value: tuple[object, ...], depth: int) -> None:
        self.put_items(b"t", value, depth)

    def put_list(self, value: list[object], depth: int) -> None:
        self.put_items(b"l", value[: MAX_COUNT + 1], depth)  # a copy: a thread may change it

    def put_size(self, value: torch.Size, depth: int) -> None:
        self.put_items(b"z", value, depth)

    def put_dict(self, value: dict[Any, object], depth: int) -> None:
        items = list(dict.items(value))
        for key, _ in items:
            if type(key) is not str and type(key) is not int:
                self.refuse(f"dict with a key of type {type_name(key)}")
                return
        self.add(b"d" + _LENGTH.pack(min(len(items), MAX_COUNT + 1)))
        for key, item in items:
            self.put(key, depth + 1)
            self.put(item, depth + 1)

    def put_dtype(self, value: torch.dtype, _depth: int) -> None:
        code = _CODES.get(value)
        if code is None:
            self.refuse(f"torch.dtype {value}")
        else:
            self.add(b"y" + bytes((code,)))

    def put_device(self, value: torch.device, _depth: int) -> None:
        self.put_text(b"v", str(value))

    def put_refused(self, value: Unsupported, _depth: int) -> None:
        self.refuse(str(value.type_name)[:_MAX_NAME])

    def put_op_count(self, value: OpCount, depth: int) -> None:
        fields = (value.value, value.ops, value.steps, value.multiplications, value.at_most)
        self.put_items(b"o", fields, depth)

    def put_gradients(self, value: Gradients, depth: int) -> None:
        self.put_items(b"g", (value.reached, value.problem), depth)

    def put_decoded(self, value: TensorValue, _depth: int) -> None:
        flags = _REQUIRES_GRAD * value.requires_grad | _PARAMETER * value.parameter
        self.put_dense(value.tensor, flags, value.device)

    def put_decoded_array(self, value: ArrayValue, _depth: int) -> None:
        self.put_dense(value.tensor, _SCALAR * value.scalar, None)

    def put_decoded_device(self, value: DeviceValue, _depth: int) -> None:
        self.put_text(b"v", value.label)

    def put_tensor(self, value: torch.Tensor, _depth: int) -> None:
        flags = _REQUIRES_GRAD if self.mind_grad and _requires_grad_of(value) else 0
        if type(value) is nn.Parameter:
            flags |= _PARAMETER
        self.put_dense(value, flags, str(_device_of(value)))

    def put_wrapped(self, value: object, kind: type) -> None:
        flags = _REQUIRES_GRAD if self.mind_grad and _requires_grad_of(value) else 0
        try:
            inner, label = _unwraps[kind](value)
        except Exception:  # whatever a tampered wrapper raises, it has no numbers to show
            self.refuse(type_name(value))
            return
        self.put_dense(inner, flags, label)

    def put_dense(self, value: torch.Tensor, flags: int, label: str | None) -> None:
        """A tensor as raw bytes; `label` None makes it a NumPy array."""
        try:
            reason = _why_not_dense(value)
            if reason:
                self.refuse(f"{type_name(value)} {reason}")
                return
            shape = _shape_of(value)
            code = _CODES[_dtype_of(value)]
            size = math.prod(shape) * _SIZES[code]
            self.reserve(size)  # before an expanded tensor is made contiguous
            raw = _raw_bytes(value, size)
        except RuntimeError:  # a tensor without memory of its own
            self.refuse(f"{type_name(value)} without data")
            return
        self.room += size
        self.put_raw(code, flags, shape, raw, label)

    def put_array(self, value: np.ndarray[Any, Any], flags: int = 0) -> None:
        code = _NUMPY_CODES.get(value.dtype)
        if code is None:
            self.refuse(f"numpy.ndarray of dtype {type_name(value.dtype)}")
            return
        if value.nbytes > self.room:
            raise FrameTooLargeError("an array of too many bytes")
        self.put_raw(code, flags, value.shape, value.tobytes(), None)

    def put_ndarray(self, value: np.ndarray[Any, Any], _depth: int) -> None:
        self.put_array(value)

    def put_raw(
        self, code: int, flags: int, shape: tuple[int, ...], raw: bytes, label: str | None
    ) -> None:
        if len(shape) > MAX_NDIM:
            self.refuse(f"tensor of {len(shape)} dimensions")
            return
        header = _TENSOR.pack(code, flags, len(shape))
        if label is None:
            head = b"a" + header
        else:
            place = label.encode("utf-8", "replace")[:255]
            head = b"x" + header + bytes((len(place),)) + place
        self.add(head + struct.pack(f"<{len(shape) + 1}Q", *shape, len(raw)))
        self.add(raw)


_PUT: Final[dict[type, Callable[[_Encoder, Any, int], None]]] = {
    type(None): _Encoder.put_none,
    bool: _Encoder.put_bool,
    int: _Encoder.put_int,
    float: _Encoder.put_float,
    complex: _Encoder.put_complex,
    str: _Encoder.put_str,
    bytes: _Encoder.put_bytes,
    tuple: _Encoder.put_tuple,
    list: _Encoder.put_list,
    torch.Size: _Encoder.put_size,
    dict: _Encoder.put_dict,
    OrderedDict: _Encoder.put_dict,
    torch.dtype: _Encoder.put_dtype,
    torch.device: _Encoder.put_device,
    torch.Tensor: _Encoder.put_tensor,
    nn.Parameter: _Encoder.put_tensor,
    np.ndarray: _Encoder.put_ndarray,
    Unsupported: _Encoder.put_refused,
    OpCount: _Encoder.put_op_count,
    Gradients: _Encoder.put_gradients,
    TensorValue: _Encoder.put_decoded,
    ArrayValue: _Encoder.put_decoded_array,
    DeviceValue: _Encoder.put_decoded_device,
}


def _why_not_dense(value: torch.Tensor) -> str:
    """Why a tensor cannot be read as raw bytes; empty when it can."""
    if _is_functorch(value):
        return "inside a torch.func transform"
    if _is_nested(value):
        return "with a nested layout"
    if _layout_of(value) is not torch.strided:
        return f"with layout {_layout_of(value)}"
    if _is_quantized(value):
        return "that is quantized"
    if _dtype_of(value) not in _CODES:
        return f"of dtype {_dtype_of(value)}"
    if _device_of(value).type in ("meta", "privateuseone"):
        return f"on device {_device_of(value).type}"
    return ""


def _raw_bytes(value: torch.Tensor, size: int) -> bytes:
    """The numbers of a dense tensor in row-major order; `size` is how many bytes that is."""
    if not size:
        return b""
    if _device_of(value).type != "cpu":
        value = _to_cpu(_detach(value))
    if _is_conj(value):
        value = _resolve_conj(value)
    if _is_neg(value):
        value = _resolve_neg(value)
    if not _is_contiguous(value):
        value = _contiguous(value)
    address = _data_ptr(value)
    if not address:
        raise RuntimeError
    return _string_at(address, size)


class _Decoder:
    """Reads one frame off a buffer that may hold anything."""

    __slots__ = ("at", "count", "view")

    def __init__(self, view: memoryview) -> None:
        self.view = view
        self.at = 0
        self.count = 0

    def read(self, size: int) -> memoryview:
        end = self.at + size
        if end > len(self.view):
            raise FrameError("cut short")
        piece = self.view[self.at : end]
        self.at = end
        return piece

    def length(self) -> int:
        return int(_LENGTH.unpack(self.read(_LENGTH.size))[0])

    def take(self, depth: int) -> Value:
        self.count += 1
        if self.count > MAX_COUNT:
            raise FrameTooLargeError("too many parts")
        if depth > MAX_DEPTH + 1:
            raise FrameError("nested too deeply")
        tag = self.read(1)[0]
        take = _TAKE.get(tag)
        if take is None:
            raise FrameError(f"unknown tag {tag}")
        return take(self, depth)

    def take_int(self, _depth: int) -> int:
        size = self.length()
        if not 0 < size <= _MAX_INT_BYTES:
            raise FrameError("an int of impossible size")
        return int.from_bytes(self.read(size), "little", signed=True)

    def take_float(self, _depth: int) -> float:
        return float(_FLOAT.unpack(self.read(_FLOAT.size))[0])

    def take_complex(self, _depth: int) -> complex:
        return complex(*_COMPLEX.unpack(self.read(_COMPLEX.size)))

    def take_str(self, _depth: int) -> str:
        try:
            return str(self.read(self.length()), "utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise FrameError("text that is not UTF-8") from error

    def take_bytes(self, _depth: int) -> bytes:
        return bytes(self.read(self.length()))

    def take_items(self, depth: int) -> list[Value]:
        count = self.length()
        if count > len(self.view) - self.at:  # each part takes a byte at least
            raise FrameError("more parts than bytes")
        return [self.take(depth + 1) for _ in range(count)]

    def take_tuple(self, depth: int) -> tuple[Value, ...]:
        return tuple(self.take_items(depth))

    def take_size(self, depth: int) -> torch.Size:
        sizes = self.take_items(depth)
        if len(sizes) > MAX_NDIM or not all(
            type(size) is int and 0 <= size < _MAX_SIZE for size in sizes
        ):
            raise FrameError("a shape of impossible sizes")
        return torch.Size(sizes)

    def take_dict(self, depth: int) -> dict[str | int, Value]:
        count = self.length()
        if 2 * count > len(self.view) - self.at:
            raise FrameError("more parts than bytes")
        found: dict[str | int, Value] = {}
        for _ in range(count):
            key = self.take(depth + 1)
            if type(key) is not str and type(key) is not int:
                raise FrameError("a key that is neither str nor int")
            found[key] = self.take(depth + 1)
        return found

    def take_dtype(self, _depth: int) -> torch.dtype:
        code = self.read(1)[0]
        if code >= len(_DTYPES):
            raise FrameError("an unknown dtype")
        return _DTYPES[code]

    def take_device(self, depth: int) -> DeviceValue:
        return DeviceValue(self.take_str(depth)[:_MAX_NAME])

    def take_refused(self, depth: int) -> Unsupported:
        return Unsupported(self.take_str(depth)[:_MAX_NAME])

    def take_op_count(self, depth: int) -> OpCount:
        fields = self.take_items(depth)
        if len(fields) != 5 or type(fields[4]) is not tuple or len(fields[4]) != 3:
            raise FrameError("a malformed count of operations")
        counts, limits = fields[1:4], fields[4]
        if not all(type(count) is int and count >= 0 for count in counts) or not all(
            limit is None or type(limit) is int for limit in limits
        ):
            raise FrameError("a count of operations that is no count")
        return OpCount(fields[0], counts[0], counts[1], counts[2], limits)

    def take_gradients(self, depth: int) -> Gradients:
        fields = self.take_items(depth)
        if len(fields) != 2 or type(fields[0]) is not dict or type(fields[1]) is not str:
            raise FrameError("malformed gradients")
        if not all(type(name) is str for name in fields[0]):
            raise FrameError("gradients without names")
        return Gradients(*fields)

    def take_tensor(self, _depth: int) -> TensorValue:
        code, flags, ndim = self.header()
        label = bytes(self.read(self.read(1)[0])).decode("utf-8", "replace")
        tensor = self.numbers(code, ndim)
        return TensorValue(tensor, label, bool(flags & _REQUIRES_GRAD), bool(flags & _PARAMETER))

    def take_array(self, _depth: int) -> ArrayValue:
        code, flags, ndim = self.header()
        return ArrayValue(self.numbers(code, ndim), bool(flags & _SCALAR))

    def header(self) -> tuple[int, int, int]:
        code, flags, ndim = _TENSOR.unpack(self.read(_TENSOR.size))
        if code >= len(_DTYPES) or ndim > MAX_NDIM or flags > 7:
            raise FrameError("a malformed tensor")
        return code, flags, ndim

    def numbers(self, code: int, ndim: int) -> torch.Tensor:
        """Sizes and raw bytes as a tensor; nothing is allocated before both agree."""
        sizes = struct.unpack(f"<{ndim}Q", self.read(ndim * _LONG.size))
        (stated,) = _LONG.unpack(self.read(_LONG.size))
        if any(size >= _MAX_SIZE for size in sizes):
            raise FrameError("a tensor of impossible size")
        if math.prod(sizes) * _SIZES[code] != stated:
            raise FrameError("a tensor whose bytes do not fill its shape")
        raw = self.read(stated)
        dtype = _DTYPES[code]
        try:
            if not stated:
                return torch.empty(sizes, dtype=dtype)
            if dtype is torch.bool:  # any byte may come; only 0 and 1 are valid inside torch
                return torch.frombuffer(bytearray(raw), dtype=torch.uint8).ne(0).reshape(sizes)
            return torch.frombuffer(bytearray(raw), dtype=dtype).reshape(sizes)
        except (RuntimeError, TypeError, ValueError, OverflowError) as error:
            raise FrameError("a tensor that torch refuses") from error


_TAKE: Final[dict[int, Callable[[_Decoder, int], Value]]] = {
    ord("N"): lambda _decoder, _depth: None,
    ord("T"): lambda _decoder, _depth: True,
    ord("F"): lambda _decoder, _depth: False,
    ord("i"): _Decoder.take_int,
    ord("f"): _Decoder.take_float,
    ord("c"): _Decoder.take_complex,
    ord("s"): _Decoder.take_str,
    ord("b"): _Decoder.take_bytes,
    ord("t"): _Decoder.take_tuple,
    ord("l"): _Decoder.take_items,
    ord("z"): _Decoder.take_size,
    ord("d"): _Decoder.take_dict,
    ord("y"): _Decoder.take_dtype,
    ord("v"): _Decoder.take_device,
    ord("u"): _Decoder.take_refused,
    ord("o"): _Decoder.take_op_count,
    ord("g"): _Decoder.take_gradients,
    ord("x"): _Decoder.take_tensor,
    ord("a"): _Decoder.take_array,
}
