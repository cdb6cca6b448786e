"""The format of frames: tags aside, all that encoder and decoder must agree on.

Owns the table of dtypes, the fixed parts of headers, the caps and the errors.
"""

from __future__ import annotations

import struct
from typing import Final

import numpy as np
import torch

MAX_BYTES: Final = 256 << 20
MAX_DEPTH: Final = 32
MAX_COUNT: Final = 1_000_000
MAX_NDIM: Final = 32
MAX_INT_BYTES: Final = 4096
MAX_NAME: Final = 160
MAX_SIZE: Final = 1 << 48
# An empty tensor takes 21 bytes in a frame, and 870 and 20 µs once decoded: as eight small parts.
TENSOR_PARTS: Final = 8
# Python's hash of an int is no secret, so a child could send keys that all fall in one place of the
# table: 16,000 of them took 3 s, and four times that for each doubling. Short ints hash to
# themselves, and this many cannot be placed so badly that it matters.
MAX_INT_KEYS: Final = 1 << 16
INT_KEYS: Final = range(-(1 << 31), 1 << 31)

LENGTH = struct.Struct("<I")
LONG = struct.Struct("<Q")
FLOAT = struct.Struct("<d")
COMPLEX = struct.Struct("<dd")
TENSOR = struct.Struct("<BBB")

DTYPES: Final = (
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64,
    torch.float16, torch.bfloat16, torch.float32, torch.float64,
    torch.complex64, torch.complex128, torch.uint16, torch.uint32, torch.uint64,
    torch.float8_e4m3fn, torch.float8_e5m2,
)  # fmt: skip
CODES: Final = {dtype: code for code, dtype in enumerate(DTYPES)}
ITEM_SIZES: Final = tuple(dtype.itemsize for dtype in DTYPES)
NUMPY_CODES: Final = {
    np.dtype(name): CODES[getattr(torch, name)]
    for name in (
        "bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64",
        "complex64", "complex128", "uint16", "uint32", "uint64",
    )
}  # fmt: skip
NUMPY_SCALARS: Final = frozenset(dtype.type for dtype in NUMPY_CODES)
REQUIRES_GRAD, PARAMETER, SCALAR = 1, 2, 4


class FrameError(Exception):
    """The bytes are not a frame, or not one within the caps."""


class FrameTooLargeError(FrameError):
    """The value takes more bytes, or has more parts, than may cross over."""
