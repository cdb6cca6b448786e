"""Mutations that know what a frame is made of. Owns them; the same seed makes the same bytes."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from random import Random

_TAGS = b"NTFifcsbtlzdyvuogxa"
_NUMBERS = (0, 1, 2, 4, 8, 31, 32, 33, 127, 255, 256, 4096, 4097, 65_535, 65_537, 1_000_001)
_WIDE = (*_NUMBERS, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, (1 << 47), (1 << 48), (1 << 63) - 1)
_PIECES = (
    b"l\x01\x00\x00\x00" * 40,
    b"d\x02\x00\x00\x00i\x01\x00\x00\x00\x01Ni\x01\x00\x00\x00\x01N",
    b"i\x09\x00\x00\x00" + b"\xff" * 8 + b"\x1f",
    b"x\x08\x00\x01\x03cpu" + struct.pack("<QQ", 1 << 40, 1 << 42),
    b"x\x08\x00\x02\x03cpu" + struct.pack("<QQQ", 1 << 47, 0, 0),
    b"f" + struct.pack("<d", float("nan")),
    b"f" + struct.pack("<d", float("inf")),
)


def mutate(random: Random, data: bytes, others: Sequence[bytes], largest: int = 1 << 14) -> bytes:
    """`data` with one to four changes; some take a piece of one of the `others`."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4))):
        random.choice(_CHANGES)(random, changed, random.choice(others))
    return bytes(changed[:largest])


def _place(random: Random, data: bytearray) -> int:
    return random.randrange(len(data) + 1)


def _span(random: Random, data: bytes | bytearray) -> slice:
    start = random.randrange(len(data) + 1)
    return slice(start, start + random.choice((1, 4, 5, 9, 21, len(data))))


def _set_byte(random: Random, data: bytearray, _other: bytes) -> None:
    if data:
        data[random.randrange(len(data))] = random.choice(
            (0, 1, 7, 127, 255, random.randrange(256))
        )


def _set_tag(random: Random, data: bytearray, _other: bytes) -> None:
    if data:
        data[random.randrange(len(data))] = random.choice(_TAGS)


def _set_number(random: Random, data: bytearray, _other: bytes) -> None:
    """A length, a count or a size, wherever one may be."""
    wide = random.random() < 0.5
    number = random.choice(_WIDE if wide else _NUMBERS) + random.choice((-1, 0, 0, 1))
    raw = (number % (1 << 64)).to_bytes(8, "little")
    at = _place(random, data)
    data[at : at + (8 if wide else 4)] = raw if wide else raw[:4]


def _add_to_number(random: Random, data: bytearray, _other: bytes) -> None:
    """The number behind a tag, a little more or less."""
    tags = [at for at, byte in enumerate(data[:-4]) if byte in _TAGS]
    if tags:
        at = random.choice(tags) + 1
        (number,) = struct.unpack_from("<I", data, at)
        struct.pack_into("<I", data, at, (number + random.choice((-2, -1, 1, 2))) % (1 << 32))


def _remove(random: Random, data: bytearray, _other: bytes) -> None:
    del data[_span(random, data)]


def _repeat(random: Random, data: bytearray, _other: bytes) -> None:
    piece = data[_span(random, data)] * random.choice((1, 2, 9))
    at = _place(random, data)
    data[at:at] = piece[:4096]


def _insert(random: Random, data: bytearray, other: bytes) -> None:
    at = _place(random, data)
    data[at:at] = other[_span(random, other)]


def _replace(random: Random, data: bytearray, other: bytes) -> None:
    data[_span(random, data)] = other[_span(random, other)]


def _insert_piece(random: Random, data: bytearray, _other: bytes) -> None:
    at = _place(random, data)
    data[at:at] = random.choice(_PIECES)


_CHANGES: tuple[Callable[[Random, bytearray, bytes], None], ...] = (
    _set_byte,
    _set_tag,
    _set_number,
    _add_to_number,
    _remove,
    _repeat,
    _insert,
    _replace,
    _insert_piece,
)
