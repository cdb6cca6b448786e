"""Rows of a database file that SQLite refuses. Owns its pages and records; judges no content.

After the format as SQLite documents it (https://www.sqlite.org/fileformat2.html). Rows are found
leaf by leaf, whatever has become of the header, of the schema and of the pages that lead to leaves.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MAGIC = b"SQLite format 3\0"
USUAL_SIZE = 4096
_HEADER = 100
_TABLE_LEAF, _INDEX_LEAF = 13, 10
_FRAME = 24
_INTEGERS = (0, 1, 2, 3, 4, 6, 8)
"""Bytes of an integer of each serial type."""

_LARGEST = 2**28

Value = int | float | str | bytes | None


@dataclass(frozen=True, slots=True)
class Row:
    """One record.

    Attributes:
        number: its rowid; None in a table without rowids and in an index.
        values: its columns; fewer than the table has if some were added later.
    """

    number: int | None
    values: tuple[Value, ...]


def rows(content: bytes, log: bytes = b"") -> Iterator[Row]:
    """Every row that can be read, in no particular order.

    Args:
        content: of the database file.
        log: of the write-ahead log beside it. What was committed there counts; checksums are not
            asked for, since each row is judged by itself.
    """
    size, usable = _sizes(content)
    pages = {
        number + 1: content[start : start + size]
        for number, start in enumerate(range(0, len(content) - size + 1, size))
    }
    pages |= _committed(log, size)
    unused = _free(pages)
    for number, page in pages.items():
        if number not in unused:
            yield from _leaf(page, _HEADER if number == 1 else 0, usable, pages)


def _sizes(content: bytes) -> tuple[int, int]:
    """Bytes of a page, and how many of them are used."""
    if not content.startswith(MAGIC):
        return USUAL_SIZE, USUAL_SIZE
    (size,) = struct.unpack_from(">H", content, 16)
    size = 65536 if size == 1 else size
    if size < 512 or size & (size - 1):
        return USUAL_SIZE, USUAL_SIZE
    return size, size - min(content[20], 32)


def _committed(log: bytes, size: int) -> dict[int, bytes]:
    """The pages that the log holds, as of its last commit."""
    if len(log) < 32 or struct.unpack_from(">I", log, 8) != (size,):
        return {}
    salts = log[16:24]
    pending: dict[int, bytes] = {}
    pages: dict[int, bytes] = {}
    for start in range(32, len(log) - _FRAME - size + 1, _FRAME + size):
        number, committed = struct.unpack_from(">II", log, start)
        if log[start + 8 : start + 16] != salts:
            break
        pending[number] = log[start + _FRAME : start + _FRAME + size]
        if committed:
            pages |= pending
            pending.clear()
    return pages


def _free(pages: Mapping[int, bytes]) -> set[int]:
    """The pages that belong to nothing any more, as far as the list of them can be followed."""
    found: set[int] = set()
    first = pages.get(1, b"")
    if not first.startswith(MAGIC):
        return found
    (trunk,) = struct.unpack_from(">I", first, 32)
    while trunk in pages and trunk not in found:
        found.add(trunk)
        page = pages[trunk]
        trunk, count = struct.unpack_from(">II", page)
        if count <= len(page) // 4 - 2:
            found.update(struct.unpack_from(f">{count}I", page, 8))
    return found


def _leaf(page: bytes, start: int, usable: int, pages: Mapping[int, bytes]) -> Iterator[Row]:
    kind = page[start]
    if kind not in (_TABLE_LEAF, _INDEX_LEAF):
        return
    (count,) = struct.unpack_from(">H", page, start + 3)
    for place in range(start + 8, min(start + 8 + 2 * count, len(page) - 1), 2):
        (pointer,) = struct.unpack_from(">H", page, place)
        try:
            yield _cell(page, pointer, usable, pages, has_number=kind == _TABLE_LEAF)
        except (IndexError, KeyError, ValueError, struct.error):
            continue  # this cell is damaged; the next one may be whole


def _cell(
    page: bytes, at: int, usable: int, pages: Mapping[int, bytes], *, has_number: bool
) -> Row:
    length, at = _varint(page, at)
    number = None
    if has_number:
        number, at = _varint(page, at)
    if length > _LARGEST:
        raise ValueError("longer than any row")
    most = usable - 35 if has_number else (usable - 12) * 64 // 255 - 23
    if length <= most:
        return Row(number, _record(page[at : at + length], length))
    least = (usable - 12) * 32 // 255 - 23
    local = least + (length - least) % (usable - 4)
    local = local if local <= most else least
    payload = bytearray(page[at : at + local])
    (following,) = struct.unpack_from(">I", page, at + local)
    while len(payload) < length:
        page = pages[following]
        (following,) = struct.unpack_from(">I", page)
        payload += page[4:usable]
    return Row(number, _record(bytes(payload[:length]), length))


def _record(payload: bytes, length: int) -> tuple[Value, ...]:
    size, at = _varint(payload, 0)
    kinds = []
    while at < size:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    if at != length or at != len(payload):
        raise ValueError("not as long as it says")
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    """The value of a serial type, and where the next one begins."""
    if kind == 0:
        return None, at
    if kind < len(_INTEGERS):
        end = at + _INTEGERS[kind]
        return int.from_bytes(payload[at:end], "big", signed=True), end
    if kind == 7:
        return struct.unpack_from(">d", payload, at)[0], at + 8
    if kind in (8, 9):
        return kind - 8, at
    if kind < 12:
        raise ValueError("no such type")
    end = at + (kind - 12) // 2
    return (payload[at:end].decode() if kind % 2 else payload[at:end]), end


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where the next thing begins."""
    number = 0
    for count in range(9):
        byte = content[at + count]
        if count == 8:
            number = number << 8 | byte
            break
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            break
    signed = number - 2**64 if number >= 2**63 else number
    return signed, at + count + 1
