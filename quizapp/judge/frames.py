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

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import torch

from quizapp.judge.decoder import Decoder
from quizapp.judge.dense import NoTorchDispatch, NoTorchFunction, plain_bytes
from quizapp.judge.encoder import Encoder, type_name, unwraps
from quizapp.judge.values import Value
from quizapp.judge.wire import MAX_BYTES, MAX_COUNT, MAX_DEPTH, FrameError, FrameTooLargeError

__all__ = [
    "DIGEST_BYTES",
    "MAX_BYTES",
    "MAX_COUNT",
    "MAX_DEPTH",
    "Budget",
    "FrameError",
    "FrameTooLargeError",
    "decode",
    "digest",
    "encode",
    "is_wrapped",
    "register_unwrap",
    "type_name",
]

DIGEST_BYTES: Final = 16
_blake2b = hashlib.blake2b


def register_unwrap(kind: type, unwrap: Callable[[Any], tuple[torch.Tensor, str]]) -> None:
    """Let tensors of exactly type `kind` cross over.

    Args:
        kind: a wrapper, such as the tensors of the simulated accelerator.
        unwrap: gives the CPU tensor inside and the label of the device it stands for.
    """
    unwraps[kind] = unwrap


def is_wrapped(value: object) -> bool:
    """Whether a value is of a type that `register_unwrap` was told of."""
    return type(value) in unwraps


def encode(value: object, *, max_bytes: int = MAX_BYTES) -> bytes:
    """A value as one frame. A value of an unknown type becomes `Unsupported`, wherever it nests.

    Raises:
        FrameTooLargeError: it takes more than `max_bytes`, or more than `MAX_COUNT` parts.
    """
    encoder = Encoder(max_bytes)
    with NoTorchFunction():
        encoder.put(value, 0)
    return b"".join(encoder.chunks)


def digest(value: object) -> bytes:
    """`DIGEST_BYTES` that change when a value does: type, dtype, shape, device, numbers.

    What cannot cross over counts by its type alone, so modules and optimizers never differ. Neither
    does `requires_grad` count, nor a value beyond the caps.
    """
    if type(value) is torch.Tensor:
        with NoTorchFunction():
            plain = plain_bytes(value)  # most arguments are plain tensors; this halves their cost
        if plain is not None:
            return _blake2b(plain[1], digest_size=DIGEST_BYTES, person=plain[0]).digest()
    encoder = Encoder(MAX_BYTES, mind_grad=False)
    try:
        with NoTorchFunction():
            encoder.put(value, 0)
    except FrameTooLargeError:
        return bytes(DIGEST_BYTES)
    hashed = _blake2b(digest_size=DIGEST_BYTES)
    for chunk in encoder.chunks:
        hashed.update(chunk)
    return hashed.digest()


@dataclass(slots=True)
class Budget:
    """How many more parts may come, all frames together: a part of one byte takes 70 in memory.

    A tensor counts as several (`TENSOR_PARTS`), since it takes that much more.
    """

    parts: int = MAX_COUNT


def decode(
    data: bytes | bytearray | memoryview,
    *,
    max_bytes: int = MAX_BYTES,
    budget: Budget | None = None,
) -> Value:
    """The value of one frame. Tensors get memory of their own.

    Args:
        data: the frame.
        max_bytes: how long it may be.
        budget: what several frames share; its parts become fewer.

    Raises:
        FrameError: the bytes are not exactly one frame within the caps.
    """
    view = memoryview(data).cast("B")
    if len(view) > max_bytes:
        raise FrameTooLargeError(f"a frame of {len(view)} bytes, {max_bytes} at most")
    decoder = Decoder(view, min(budget.parts, MAX_COUNT) if budget else MAX_COUNT)
    with NoTorchFunction(), NoTorchDispatch():  # no mode that is active counts or moves anything
        value = decoder.take(0)
    if budget:
        budget.parts -= decoder.count
    if decoder.at != len(view):
        raise FrameError(f"{len(view) - decoder.at} bytes after the end")
    return value
