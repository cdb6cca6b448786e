"""Rows of a database file that SQLite refuses. Owns its pages and records; judges no content.

After the format as SQLite documents it (https://www.sqlite.org/fileformat2.html). Rows are found
leaf by leaf, whatever has become of the header, of the schema and of the pages that lead to leaves.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

MAGIC = b"SQLite format 3\0"
USUAL_SIZE = 4096
_HEADER = 100
_TABLE_LEAF, _INDEX_LEAF = 13, 10
_FRAME = 24
_LARGEST = 2**31
_FIXED = {1: "b", 2: "h", 3: "3s", 4: "i", 5: "6s", 6: "q", 7: "d"}
"""How `struct` reads each serial type of a fixed length; it has no integers of 3 and 6 bytes."""

_CONSTANT: dict[int, int | None] = {0: None, 8: 0, 9: 1}
_LONGEST_HEADER = 1000
_MOST_KNOWN = 50_000
"""Forms of records that are remembered; a damaged file may have any number."""

Value = int | float | str | bytes | None
Form: TypeAlias = tuple[int, ...]
"""The serial types of a record's columns: 0 NULL, 1 to 6, 8 and 9 integers, 7 a float, from 12 on
blobs, and texts where they are odd."""

Wanted = Callable[[Form, bool], object]
"""Asked once for each form, and whether such rows have a number: what names them to the caller;
rows of which that is false are passed over unread."""


class Row(NamedTuple):
    """One record.

    Attributes:
        number: its rowid; None in a table without rowids and in an index.
        values: its columns; fewer than the table has if some were added later.
        named: what `wanted` said of its form.
    """

    number: int | None
    values: tuple[Value, ...]
    named: Any = True


def rows(
    content: bytes,
    log: bytes = b"",
    wanted: Wanted = lambda _form, _numbered: True,
    on_page: Callable[[int, int], None] = lambda _done, _total: None,
) -> Iterator[Row]:
    """Every row that can be read, in no particular order.

    Args:
        content: of the database file.
        log: of the write-ahead log beside it. What was committed there counts; checksums are not
            asked for, since each row is judged by itself.
        wanted: which rows are read.
        on_page: told after every thousand pages how many are done, of how many.
    """
    size, usable = _sizes(content)
    pages = {
        number + 1: content[start : start + size]
        for number, start in enumerate(range(0, len(content) - size + 1, size))
    }
    pages |= _committed(log, size)
    unused = _free(pages)
    reader = _Reader(usable, pages, wanted)
    for done, (number, page) in enumerate(pages.items()):
        if number not in unused:
            yield from reader.leaf(page, _HEADER if number == 1 else 0)
        if done % 1000 == 0:
            on_page(done, len(pages))


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


class _Reader:
    """Reads the cells of leaves, and remembers how records of each form are read."""

    def __init__(self, usable: int, pages: Mapping[int, bytes], wanted: Wanted) -> None:
        self._usable = usable
        self._pages = pages
        self._wanted = wanted
        self._known: dict[tuple[bytes, bool], _Form] = {}

    def leaf(self, page: bytes, start: int) -> Iterator[Row]:
        """The rows of a page, if it is a leaf; `start` is where its header begins."""
        kind = page[start]
        if kind not in (_TABLE_LEAF, _INDEX_LEAF):
            return
        (count,) = struct.unpack_from(">H", page, start + 3)
        for place in range(start + 8, min(start + 8 + 2 * count, len(page) - 1), 2):
            (pointer,) = struct.unpack_from(">H", page, place)
            try:
                row = self._cell(page, pointer, numbered=kind == _TABLE_LEAF)
            except (IndexError, KeyError, ValueError, struct.error):
                continue  # this cell is damaged; the next one may be whole
            if row is not None:
                yield row

    def _cell(self, page: bytes, at: int, *, numbered: bool) -> Row | None:
        length, at = _varint(page, at)
        number = None
        if numbered:
            number, at = _varint(page, at)
        usable = self._usable
        if length > usable * len(self._pages):
            raise ValueError("longer than the file")
        most = usable - 35 if numbered else (usable - 12) * 64 // 255 - 23
        payload = page[at : at + length] if length <= most else self._spread(page, at, length, most)
        size, _ = _varint(payload, 0)
        if size > _LONGEST_HEADER:
            raise ValueError("more columns than any table")
        form = self._form(payload[:size], numbered)
        if not form.named:
            return None
        if form.length != length or len(payload) != length:
            raise ValueError("not as long as it says")
        return Row(number, form.values(payload), form.named)

    def _spread(self, page: bytes, at: int, length: int, most: int) -> bytes:
        """A payload that goes on in further pages."""
        least = (self._usable - 12) * 32 // 255 - 23
        local = least + (length - least) % (self._usable - 4)
        local = local if local <= most else least
        payload = bytearray(page[at : at + local])
        (following,) = struct.unpack_from(">I", page, at + local)
        while len(payload) < length:
            page = self._pages[following]
            (following,) = struct.unpack_from(">I", page)
            payload += page[4 : self._usable]
        return bytes(payload[:length])

    def _form(self, header: bytes, numbered: bool) -> _Form:
        known = self._known.get((header, numbered))
        if known is None:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            types = tuple(_types(header))
            known = _Form(len(header), types, self._wanted(types, numbered))
            self._known[header, numbered] = known
        return known


class _Form:
    """How the records with one and the same header are read."""

    def __init__(self, start: int, types: Form, named: object) -> None:
        self.named = named
        self._start = start
        stored = [kind for kind in types if _stored(kind)]
        spelled = (_FIXED.get(kind, f"{(kind - 12) // 2}s") for kind in stored)
        packed = struct.Struct(">" + "".join(spelled))
        self._unpack = packed.unpack_from
        self.length = start + packed.size
        self._texts = [place for place, kind in enumerate(stored) if kind >= 12 and kind % 2]
        self._odd = [place for place, kind in enumerate(stored) if kind in (3, 5)]
        self._constants = [_CONSTANT[kind] for kind in types if not _stored(kind)]
        # Where each column lies once the constants follow what was unpacked.
        places, others = iter(range(len(stored))), iter(range(len(stored), len(types)))
        order = [next(places) if _stored(kind) else next(others) for kind in types]
        self._in_order = itemgetter(*order, *order[:1]) if order else None

    def values(self, payload: bytes) -> tuple[Value, ...]:
        """The columns of such a record."""
        found: list[Any] = [*self._unpack(payload, self._start), *self._constants]
        for place in self._texts:
            found[place] = found[place].decode()
        for place in self._odd:
            found[place] = int.from_bytes(found[place], "big", signed=True)
        return self._in_order(found)[:-1] if self._in_order else ()


def _stored(kind: int) -> bool:
    """Whether a value of that serial type takes room in its record."""
    return kind not in _CONSTANT


def _types(header: bytes) -> Iterator[int]:
    """The serial types that a record's header names, after its own length."""
    _, at = _varint(header, 0)
    while at < len(header):
        kind, at = _varint(header, at)
        if kind in (10, 11) or not 0 <= kind < _LARGEST:
            raise ValueError("no such type")
        yield kind


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
