"""What SQLite's refusals mean to a learner. Owns the messages, and what to do about each."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType

from quizapp.errors import BusyError, Phrase, StoreError

LEARNERS_FILE = "quizapp.db"
FAILURES = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite, or Python reading from it, raises."""

_HARDLY_ANY_SPACE = 64 * 2**10
"""Bytes; SQLite makes the index of a log in pieces of half of it."""


class Explained:
    """Turns what SQLite raises about a file into a StoreError that says what to do."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, FAILURES):
            raise explanation(self._path, error) from error


def primary_code(error: sqlite3.Error | UnicodeDecodeError) -> int:
    """SQLite's primary result code of a failure, as its own constants name them."""
    if isinstance(error, UnicodeDecodeError) or "Could not decode to UTF-8" in str(error):
        return sqlite3.SQLITE_CORRUPT  # Python met it before SQLite did
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _is_full(path: Path) -> bool:
    """Whether hardly a page fits on the disk; SQLite names some of what fails then otherwise."""
    import shutil

    try:
        return shutil.disk_usage(path.parent).free < _HARDLY_ANY_SPACE
    except OSError:
        return False


def explanation(path: Path, error: sqlite3.Error | UnicodeDecodeError) -> StoreError:
    """The error that says what has happened to the file at `path`, and what to do."""
    mend: str = "move it away to begin anew"
    if path.name == LEARNERS_FILE:
        mend = Phrase(
            "`quizapp doctor --repair` saves what can be read, `quizapp restore` goes back to one "
            "of the copies in {folder}",
            folder=path.parent / "backups",
        )
    known: dict[int, tuple[str, str]] = {
        sqlite3.SQLITE_BUSY: (
            "another quizapp is writing to it and does not finish",
            "close the other one and try again",
        ),
        sqlite3.SQLITE_LOCKED: ("it is locked", "close other programs that use it and try again"),
        sqlite3.SQLITE_READONLY: (
            "it cannot be written to",
            "make the file and its folder writable for you; nothing has been lost",
        ),
        sqlite3.SQLITE_FULL: (
            "the disk is full, so this was not saved",
            "free some space and try again; what was saved before is intact",
        ),
        sqlite3.SQLITE_IOERR: (
            Phrase(
                "the disk refused to read or write ({error}), so this was not saved", error=error
            ),
            "check its space and health; what was saved before is intact",
        ),
        sqlite3.SQLITE_CANTOPEN: (
            "it cannot be opened",
            "check that the folder exists and that you may write to it",
        ),
        sqlite3.SQLITE_PERM: ("it cannot be opened", "check that you may read and write it"),
        sqlite3.SQLITE_NOTADB: ("it is not a database", mend),
        sqlite3.SQLITE_CORRUPT: ("it is damaged", mend),
    }
    code = primary_code(error)
    unknown = Phrase("SQLite says: {error}", error=error)
    what, remedy = known.get(code, (unknown, "run `quizapp doctor` and see what it says"))
    if code == sqlite3.SQLITE_IOERR and _is_full(path):
        what, remedy = known[sqlite3.SQLITE_FULL]
    busy = code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return (BusyError if busy else StoreError)(str(path), what, remedy)
