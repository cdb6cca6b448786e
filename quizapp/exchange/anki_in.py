"""Anki packages, read. Owns Anki's tables; leaves what becomes of a note to `foreign`.

Both forms are read: the one that every Anki since 2.0 can write ("support older Anki versions"),
and today's, whose database is packed by Zstandard and keeps note types in a binary form of its own.
The database is untrusted: it is opened for reading only, with nothing in it that could run.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quizapp.errors import Phrase, UsageError
from quizapp.exchange.archive import LARGEST_COLLECTION, LARGEST_MEMBER, Archive, opened

_NEWEST, _LATER, _FIRST = "collection.anki21b", "collection.anki21", "collection.anki2"
_TABLES = ("col", "notes", "cards", "revlog")
_NEW_TABLES = ("notetypes", "fields", "templates", "decks")
_STEPS = 50_000
"""Virtual machine steps of SQLite between two looks at whether a statement has run for too long."""
_PATIENCE = 100_000
_WIDEST = 2**27
_REMEDY = "export it again from Anki"
_CHUNK = 2**20
_MAGIC = b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True, slots=True)
class NoteType:
    """What Anki calls a note type.

    Attributes:
        fields: their names, in order.
        templates: front and back of each card, as written.
    """

    id: int
    name: str
    cloze: bool
    fields: tuple[str, ...]
    templates: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AnkiNote:
    """A note as Anki has it; `fields` are HTML, `cards` its cards' ids by their number."""

    guid: str
    type: NoteType
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: str
    cards: dict[int, int]


@dataclass(frozen=True, slots=True)
class AnkiAnswer:
    """One answer: a card's id, milliseconds since 1970, rating 1 to 4, milliseconds taken."""

    card: int
    at: int
    rating: int
    taken: int


class Package:
    """An opened Anki package."""

    def __init__(self, archive: Archive, database: sqlite3.Connection, new: bool) -> None:
        self.path = archive.path
        self._archive = archive
        self._database = database
        self._new = new
        self._media: dict[str, str] | None = None

    def notes(self) -> Iterator[AnkiNote]:
        """Every note, in the order in which they were made."""
        types = self._types_of_tables() if self._new else self._types_of_json()
        decks = self._decks()
        places: dict[int, tuple[dict[int, int], str]] = {}
        for number, note, deck, order in self._rows(
            "SELECT id, nid, CASE WHEN odid THEN odid ELSE did END, ord FROM cards ORDER BY id"
        ):
            cards, _ = places.setdefault(_int(note), ({}, decks.get(_int(deck), "Default")))
            cards[_int(order)] = _int(number)
        for number, guid, kind, tags, fields in self._rows(
            "SELECT id, guid, mid, tags, flds FROM notes ORDER BY id"
        ):
            found = types.get(_int(kind))
            if found is not None and number in places:
                cards, deck = places[number]
                parts = fields.split("\x1f") if isinstance(fields, str) else []
                words = tuple(tags.split()) if isinstance(tags, str) else ()
                yield AnkiNote(str(guid), found, tuple(parts), words, deck, cards)

    def answers(self) -> Iterator[AnkiAnswer]:
        """Every rated answer, oldest first; not those of Anki itself and of plain cramming."""
        for at, card, rating, taken in self._rows(
            "SELECT id, cid, ease, time FROM revlog "
            "WHERE ease BETWEEN 1 AND 4 AND (type < 3 OR (type = 3 AND factor <> 0)) ORDER BY id"
        ):
            yield AnkiAnswer(_int(card), _int(at), _int(rating), _int(taken))

    def media(self, name: str) -> bytes | None:
        """A picture or sound by its name; None where the package lacks it."""
        if self._media is None:
            self._media = self._media_names()
        member = self._media.get(name)
        if member is None or member not in self._archive:
            return None
        data = self._archive.read(member)
        return _unpacked(self.path, data, LARGEST_MEMBER) if data[:4] == _MAGIC else data

    def _rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        with _explained(self.path):
            yield from self._database.execute(sql)

    def _decks(self) -> dict[int, str]:
        if self._new:
            rows = self._rows("SELECT id, name FROM decks")
            return {_int(number): str(name).replace("\x1f", "::") for number, name in rows}
        found = self._json("decks")
        return {_int(deck.get("id")): str(deck.get("name")) for deck in found}

    def _types_of_json(self) -> dict[int, NoteType]:
        types = {}
        for model in self._json("models"):
            fields = sorted(_objects(model.get("flds")), key=lambda each: _int(each.get("ord")))
            cards = sorted(_objects(model.get("tmpls")), key=lambda each: _int(each.get("ord")))
            number = _int(model.get("id"))
            types[number] = NoteType(
                number,
                str(model.get("name")),
                model.get("type") == 1,
                tuple(str(field.get("name")) for field in fields),
                tuple((str(card.get("qfmt")), str(card.get("afmt"))) for card in cards),
            )
        return types

    def _types_of_tables(self) -> dict[int, NoteType]:
        fields: dict[int, list[str]] = {}
        for number, name in self._rows("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
            fields.setdefault(_int(number), []).append(str(name))
        templates: dict[int, list[tuple[str, str]]] = {}
        for number, config in self._rows("SELECT ntid, config FROM templates ORDER BY ntid, ord"):
            parts = _wire(config)
            sides = (_text(parts.get(1)), _text(parts.get(2)))
            templates.setdefault(_int(number), []).append(sides)
        return {
            _int(number): NoteType(
                _int(number),
                str(name),
                _wire(config).get(1) == 1,
                tuple(fields.get(_int(number), ())),
                tuple(templates.get(_int(number), ())),
            )
            for number, name, config in self._rows("SELECT id, name, config FROM notetypes")
        }

    def _json(self, column: str) -> list[dict[str, Any]]:
        [(text,)] = list(self._rows(f"SELECT {column} FROM col LIMIT 1")) or [("",)]
        try:
            found = json.loads(text)
        except (ValueError, TypeError, RecursionError) as error:
            raise UsageError(
                str(self.path), Phrase("its {column} are damaged", column=column), _REMEDY
            ) from error
        return _objects(found.values()) if isinstance(found, dict) else []

    def _media_names(self) -> dict[str, str]:
        """Name -> member of the archive."""
        if "media" not in self._archive:
            return {}
        data = self._archive.read("media")
        if data[:4] == _MAGIC:
            entries = _repeated(_unpacked(self.path, data, LARGEST_MEMBER), 1)
            names = (_text(_wire(entry).get(1)) for entry in entries)
            return {name: str(place) for place, name in enumerate(names)}
        try:
            found = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise UsageError(str(self.path), "its list of media is damaged", _REMEDY) from error
        return {str(name): str(place) for place, name in found.items()} if found else {}


@contextmanager
def opened_package(path: Path) -> Iterator[Package]:
    """Open an Anki package.

    Raises:
        UsageError: it is none, is damaged, holds what could do harm, or needs a package to be
            unpacked that is not installed.
    """
    with opened(path) as archive, tempfile.TemporaryDirectory(prefix="quizapp-") as folder:
        name = next((each for each in (_NEWEST, _LATER, _FIRST) if each in archive), None)
        if name is None:
            what = "it holds no Anki collection"
            raise UsageError(str(path), what, "name a file that Anki exported as .apkg")
        file = Path(folder) / "collection.db"
        archive.copy(name, file)
        if name == _NEWEST:
            file.write_bytes(_unpacked(path, file.read_bytes(), LARGEST_COLLECTION))
        with _explained(path), closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as db:
            new = _made_safe(path, db)
            yield Package(archive, db, new)


def _made_safe(path: Path, database: sqlite3.Connection) -> bool:
    """Refuse what is no plain table; returns whether note types have tables of their own."""
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.text_factory = lambda data: data.decode("utf-8", "replace")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2**27)
    database.create_collation("unicase", lambda one, other: (one > other) - (one < other))
    steps = iter(range(_PATIENCE))
    database.set_progress_handler(lambda: next(steps, None) is None, _STEPS)
    schema = {
        str(name): (str(kind), str(sql))
        for name, kind, sql in database.execute("SELECT name, type, sql FROM sqlite_schema")
    }
    new = "notetypes" in schema
    for table in (*_TABLES, *(_NEW_TABLES if new else ())):
        kind, sql = schema.get(table, ("", ""))
        # A view could stand for endless work, a virtual table for code of SQLite's own.
        if kind != "table" or not sql.upper().lstrip().startswith("CREATE TABLE"):
            raise UsageError(
                str(path), Phrase("its collection has no table {table}", table=table), _REMEDY
            )
        if "GENERATED" in sql.upper() or " AS (" in sql.upper():
            raise UsageError(
                str(path), Phrase("its table {table} computes columns", table=table), _REMEDY
            )
    [(found,)] = database.execute("PRAGMA quick_check(1)").fetchall()
    if found != "ok":
        raise UsageError(
            str(path), Phrase("its collection is damaged ({found})", found=found), _REMEDY
        )
    return new


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        what = Phrase("its collection cannot be read ({error})", error=error)
        raise UsageError(str(path), what, _REMEDY) from error


def _unpacked(path: Path, data: bytes, limit: int) -> bytes:
    try:
        import zstandard
    except ImportError as error:
        what = "it is in Anki's new form, which needs the package zstandard"
        remedy = "pip install 'quizapp[anki]', or tick `Support older Anki versions` when exporting"
        raise UsageError(str(path), what, remedy) from error
    found = bytearray()
    try:
        with zstandard.ZstdDecompressor(max_window_size=_WIDEST).stream_reader(data) as stream:
            while chunk := stream.read(_CHUNK):
                found += chunk
                if len(found) > limit:
                    raise UsageError(
                        str(path),
                        Phrase("it unpacks to more than {limit} bytes", limit=limit),
                        _REMEDY,
                    )
    except zstandard.ZstdError as error:
        raise UsageError(
            str(path), Phrase("it is damaged ({error})", error=error), _REMEDY
        ) from error
    return bytes(found)


def _int(value: object) -> int:
    """A whole number, also one written as text; -1 for anything else."""
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.lstrip("-").isdecimal() else -1


def _objects(values: object) -> list[dict[str, Any]]:
    try:
        return [value for value in values if isinstance(value, dict)]  # type: ignore[attr-defined]
    except TypeError:
        return []


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _wire(data: object) -> dict[int, int | bytes]:
    """Numbers and byte strings of a protobuf message by field, the last of each; {} for none."""
    return dict(_wire_fields(data)) if isinstance(data, bytes) else {}


def _repeated(data: bytes, field: int) -> list[int | bytes]:
    return [value for number, value in _wire_fields(data) if number == field]


def _wire_fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Field number and value of each field; ends where the bytes make no sense."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, form = key >> 3, key & 7
        if form == 0:
            value, at = _varint(data, at)
            yield number, value
        elif form == 2:
            size, at = _varint(data, at)
            yield number, data[at : at + size]
            at += size
        elif form in (1, 5):
            at += 8 if form == 1 else 4
        else:
            return


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            break
        shift += 7
    return value, at
