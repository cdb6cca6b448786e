"""The SQLite file of a catalogue: its tables, and statements that any thread may run.

Owns opening the file, and making it anew where other code has written it. Leaves what is in the
tables to `catalogue` and `textindex`. What a power cut breaks is made anew, so nothing is awaited.
"""

from __future__ import annotations

import json
import sqlite3
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from quizapp.course import cache

_VERSION = 8
PLACES = 1 << 20
"""More notes than a deck has: the place of a note is its deck's number times this, and its own."""

_BUSY_S = 0.5
_COLLECTED = 1 << 24
"""Bytes of the index that are collected in memory."""

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE decks (
    number INTEGER PRIMARY KEY, topic TEXT NOT NULL, check_sum INTEGER NOT NULL,
    indexed INTEGER NOT NULL DEFAULT 0, title TEXT NOT NULL, cards INTEGER NOT NULL,
    header TEXT NOT NULL, row_sum INTEGER NOT NULL
);
CREATE TABLE notes (place INTEGER PRIMARY KEY, id TEXT NOT NULL, parts TEXT, body TEXT NOT NULL,
    check_sum INTEGER NOT NULL, key_sum INTEGER NOT NULL, rev INTEGER NOT NULL);
CREATE UNIQUE INDEX places ON notes (id, parts, key_sum);
CREATE INDEX changed ON notes (rev, id, parts, key_sum) WHERE rev > 1;
CREATE TABLE texts (place INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE fronts (place INTEGER, key INTEGER, PRIMARY KEY (place, key)) WITHOUT ROWID;
CREATE VIRTUAL TABLE trigrams USING fts5(text, content='texts', content_rowid='place',
    tokenize='trigram case_sensitive 1', detail='none', columnsize=0);
"""


class CatalogueFile:
    """A file that has its tables, written by this code.

    Args:
        path: of the file, made where there is none.

    Raises:
        sqlite3.Error: it is broken, or another process is writing it.
        ValueError: other code has written it.
    """

    def __init__(self, path: Path) -> None:
        self._connection = _connected(path, json.dumps([_VERSION, *cache.reader()]))
        self._lock = RLock()
        self._close = weakref.finalize(self, self._connection.close)

    def version(self) -> int:
        """Another number after another process has changed the file."""
        ((version,),) = self.rows("PRAGMA data_version")
        return int(version)

    def rows(self, sql: str, *values: object) -> list[Any]:
        """All rows that a statement gives."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def run(self, sql: str, *values: object) -> None:
        """Run a statement that gives nothing."""
        with self._lock:
            self._connection.execute(sql, values)

    def run_many(self, sql: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Run a statement for each of some rows of values."""
        with self._lock:
            self._connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is run while this is open, or nothing of it; no other thread comes between."""
        with self._lock:
            self.run("BEGIN IMMEDIATE")
            try:
                yield
                self.run("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self.run("ROLLBACK")
                raise


def _connected(file: Path, stamp: str) -> sqlite3.Connection:
    """A connection to `file`, which is made anew where other code has written it."""
    connection = sqlite3.connect(
        file, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA synchronous = OFF")  # what a power cut breaks is made anew
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if tables:
            _check_writer(connection, stamp)
        else:
            connection.execute("BEGIN IMMEDIATE")
            for statement in _TABLES.split(";\n"):
                connection.execute(statement)
            # It collects more before it writes: indexing a large course takes 2/3 of the time.
            sql = "INSERT INTO trigrams (trigrams, rank) VALUES ('hashsize', ?)"
            connection.execute(sql, (_COLLECTED,))
            connection.execute("INSERT INTO meta VALUES ('reader', ?)", (stamp,))
            connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _check_writer(connection: sqlite3.Connection, stamp: str) -> None:
    found = connection.execute("SELECT value FROM meta WHERE key = 'reader'").fetchone()
    if found != (stamp,):
        raise ValueError("written by other code")


def places_of(number: int) -> tuple[int, int]:
    """The first and the last place of a deck's notes."""
    return number * PLACES, (number + 1) * PLACES - 1
