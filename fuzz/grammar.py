"""Mutations that leave the format whole and change what is said. Owns them.

Bytes changed blindly are refused at the first length that no longer fits; these get through to
whatever reads the values.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import torch

from fuzz.corpus import SIZE
from quizapp.judge import frames, wire
from quizapp.judge.frames import FrameError
from quizapp.judge.values import ArrayValue, DeviceValue, Gradients, OpCount, TensorValue, Value

_MANY = 400
_SHAPES = ((), (0,), (1,), (3,), (2, 3), (0, 1 << 40), (1, 1, 1, 1, 1), (4, 4))
_TEXTS = (
    "",
    "x",
    "\x1b]0;x\x07",
    "\u202e",
    "\ud800",
    "a\0b",
    "double",
    "line 1",
    "{}%s",
    "框" * 300,
)
_INTS = (0, -1, 1, 2, 13, 1 << 31, 1 << 62, -(1 << 64), 1 << (8 * wire.MAX_INT_BYTES - 2))
_FLOATS = (0.0, -0.0, float("nan"), float("inf"), 1e308, 5e-324, 2.0)


def vary_frame(random: Random, frame: bytes, others: Sequence[bytes]) -> bytes:
    """A frame with one of its values changed; as it was where it cannot be read."""
    try:
        value = frames.decode(frame)
        return frames.encode(_vary(random, value, others))
    except FrameError:
        return frame


def vary_stream(random: Random, stream: bytes, others: Sequence[bytes]) -> bytes:
    """Messages behind their lengths, with one changed, left out, repeated, moved or added."""
    messages = _split(stream)
    added = random.choice(_split(random.choice(others)) or [b""])
    at = random.randrange(len(messages) + 1)
    match random.randrange(8):
        case 0:
            messages[at:at] = [added]
        case 1:
            messages[at : at + 1] = [added]
        case 2:
            messages[at:at] = messages[at : at + random.choice((1, 4))]
        case 3:
            del messages[at : at + random.choice((1, 1, 3))]
        case _ if messages:
            at = min(at, len(messages) - 1)
            messages[at] = vary_frame(random, messages[at], [added])
    return b"".join(SIZE.pack(len(message)) + message for message in messages)


def _split(stream: bytes) -> list[bytes]:
    messages, at = [], 0
    while at + SIZE.size <= len(stream):
        (size,) = SIZE.unpack_from(stream, at)
        messages.append(stream[at + SIZE.size : at + SIZE.size + size])
        at += SIZE.size + size
    return messages


def _vary(random: Random, value: Value, others: Sequence[bytes]) -> Value:
    if random.random() < 0.1:
        return _another(random, others)
    match value:
        case tuple() | list() if value:
            return _vary_items(random, value, others)
        case dict() if value:
            changed = dict(value)
            key = random.choice(list(value))
            if random.random() < 0.1:
                del changed[key]
            else:
                changed[key] = _vary(random, value[key], others)
            return changed
        case OpCount():
            counts = [value.ops, value.steps, value.multiplications]
            counts[random.randrange(3)] = random.choice(_INTS)
            return OpCount(_vary(random, value.value, others), *counts, value.at_most)
        case Gradients(reached=reached, problem=problem):
            return Gradients(_vary(random, dict(reached), others), problem)
        case bytes():
            return vary_frame(random, value, others)
    return _another(random, others)


def _vary_items(
    random: Random, value: tuple[Value, ...] | list[Value], others: Sequence[bytes]
) -> Value:
    changed = list(value)
    at = random.randrange(len(changed))
    match random.randrange(8):
        case 0:
            del changed[at]
        case 1:
            changed.insert(at, _another(random, others))
        case 2:
            changed *= random.choice((2, min(_MANY, 1 + _MANY // len(changed))))
        case _:
            changed[at] = _vary(random, changed[at], others)
    return tuple(changed) if isinstance(value, tuple) else changed


def _another(random: Random, others: Sequence[bytes]) -> Value:
    """A value of any kind."""
    match random.randrange(12):
        case 0:
            return random.choice((None, True, False))
        case 1:
            return random.choice(_INTS)
        case 2:
            return random.choice(_FLOATS)
        case 3:
            return complex(random.choice(_FLOATS), random.choice(_FLOATS))
        case 4:
            return random.choice(_TEXTS)
        case 5:
            return random.choice(([], (), {}, b"", torch.Size([1 << 47]), {1: 2}, [[[None]]]))
        case 6:
            return random.choice(wire.DTYPES)
        case 7:
            return DeviceValue(random.choice(("cpu", "cuda:0", *_TEXTS)))
        case 8:
            return {"x": random.choice(_FLOATS)}
        case 9:
            try:
                return frames.decode(random.choice(others))
            except FrameError:
                return b"\xff"
    return _tensor(random)


def _tensor(random: Random) -> Value:
    shape = random.choice(_SHAPES)
    dtype = random.choice(wire.DTYPES)
    tensor = torch.empty(shape, dtype=dtype)
    if tensor.numel():
        raw = random.randbytes(tensor.numel() * dtype.itemsize)
        tensor = torch.frombuffer(bytearray(raw), dtype=torch.uint8)
        tensor = tensor.gt(127) if dtype is torch.bool else tensor.view(dtype)
        tensor = tensor.reshape(shape)
    if random.random() < 0.2:
        return ArrayValue(tensor, scalar=random.random() < 0.5)
    return TensorValue(
        tensor, random.choice(("cpu", "cpu", "cuda:0", "\x1b")), *random.choices((True, False), k=2)
    )
