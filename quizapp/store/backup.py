"""Copies of the database. Owns when they are made, their names and how many are kept."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from datetime import date
from pathlib import Path

from quizapp.errors import Phrase, StoreError
from quizapp.progress import COPY, Progress, say_nothing

KEPT = 7
FOLDER = "backups"
DAILY = "????-??-??"
"""What the name of a daily copy has after the database's; the other kinds have more."""

LARGE = 16 * 2**20
"""Bytes."""

_FORGOTTEN_S = 3600
_UNSOUND = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def daily(
    source: sqlite3.Connection, database: Path, day: date, progress: Progress = say_nothing
) -> Path | None:
    """Copy the database unless `day` has its copy; keep the newest seven. Returns a new copy."""
    target = _folder(database) / f"{database.stem}-{day}.db"
    if target.exists():
        return None
    progress(COPY, 0, 0)
    _copy(source, target)
    _prune(database, target, DAILY)
    return target


def before_migration(database: Path, day: date, version: int) -> Path:
    """Copy the database, which is still of `version`, before it is changed; keep seven of these.

    A copy of the same day and version is replaced: it was made before an attempt that failed.
    """
    target = _folder(database) / f"{database.stem}-{day}-version-{version}.db"
    with contextlib.closing(sqlite3.connect(database)) as source:
        _copy(source, target)
    _prune(database, target, f"{DAILY}-version-*")
    return target


def before_merge(source: sqlite3.Connection, database: Path, day: date) -> Path:
    """Copy the database before another one is merged into it; keep seven of these."""
    target = _folder(database) / f"{database.stem}-{day}-before-merge.db"
    _copy(source, target)
    _prune(database, target, f"{DAILY}-before-merge")
    return target


def before_taking_back(source: sqlite3.Connection, database: Path, day: date) -> Path:
    """Copy the database before much of its log is taken back; keep seven of these."""
    target = _free(database, day, "before-taking-back")
    _copy(source, target)
    _prune(database, target, f"{DAILY}-before-taking-back*")
    return target


def before_restore(source: sqlite3.Connection, database: Path, day: date) -> Path:
    """Copy the database before a copy takes its place; each is kept apart from former ones."""
    target = _free(database, day, "before-restore")
    _copy(source, target)
    _prune(database, target, f"{DAILY}-before-restore*")
    return target


def of_another(database: Path, target: Path) -> None:
    """Copy a database that must not be changed, not even by opening it, to `target`."""
    log = database.with_name(f"{database.name}-wal")
    # Without a log beside it nobody writes, and SQLite need not leave files of its own there.
    uri = f"{database.as_uri()}?mode=ro{'' if log.exists() else '&immutable=1'}"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as source:
            (tables,) = source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            if not tables:
                raise sqlite3.DatabaseError("it is empty")
            _copy(source, target)
    except sqlite3.Error as error:
        raise StoreError(
            str(database),
            Phrase("it cannot be read ({error})", error=error),
            "name the quizapp.db of another device",
        ) from error


def newest(database: Path, today: date = date.max) -> Path | None:
    """The newest daily copy that is not of a day to come, when a clock was ahead; else None."""
    copies = [copy for copy in every(database, DAILY) if day_of(database, copy) <= str(today)]
    return copies[-1] if copies else None


def every(database: Path, pattern: str = f"{DAILY}*") -> list[Path]:
    """The copies of a database, by the day in their names, oldest first."""
    return sorted(_folder(database).glob(f"{database.stem}-{pattern}.db"))


def day_of(database: Path, copy: Path) -> str:
    """The ISO date in the name of a copy."""
    return copy.stem[len(database.stem) + 1 :][:10]


def _free(database: Path, day: date, why: str) -> Path:
    """Where a copy of its own goes, beside former ones of that day."""
    target = first = _folder(database) / f"{database.stem}-{day}-{why}.db"
    number = 1
    while target.exists():
        number += 1
        target = first.with_name(f"{first.stem}-{number}.db")
    return target


def _folder(database: Path) -> Path:
    return database.parent / FOLDER


def _copy(source: sqlite3.Connection, target: Path) -> None:
    """Copy by SQLite's own backup, which sees one state of the database whatever is written.

    The copy is read through before it gets its name: one of a damaged database would in a week
    have pushed out all that were sound.
    """
    partial = target.with_suffix(f".{os.getpid()}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(partial)) as copy:
            copy.execute("PRAGMA synchronous = FULL")
            source.backup(copy)
            # The copy is one file that can be moved about, without a log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
            read_through(copy, partial.stat().st_size)
        partial.replace(target)
    except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNSOUND:
            raise _unsound(target, str(error)) from error
        raise StoreError(
            str(target),
            Phrase("the backup cannot be written ({error})", error=error),
            "free some space or make the folder writable; nothing has been changed",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def read_through(copy: sqlite3.Connection, size: int) -> None:
    """Raise sqlite3.DatabaseError unless every row can be read.

    A large file is only read, not checked: that takes half as long as copying did, where SQLite's
    check, which evaluates every constraint, would take ten times as long (138 MB: 0.3 and 5 s).
    """
    if size <= LARGE:
        (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            error = sqlite3.DatabaseError(found)
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error
        return
    for (table,) in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        columns = copy.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
        copy.execute(f'SELECT max("{columns[-1][0]}") FROM "{table}" NOT INDEXED').fetchone()


def _unsound(target: Path, found: str) -> StoreError:
    return StoreError(
        str(target),
        Phrase("no backup was made, because the database is damaged ({found})", found=found),
        "run `quizapp doctor --repair`; former backups are kept",
    )


def _prune(database: Path, newest: Path, pattern: str) -> None:
    """Keep the newest few of a kind of copies, and remove what killed processes have left.

    Copies from days to come were made while a clock was wrong. They go first, or else the copy of
    today would always be the one too many.
    """
    today = day_of(database, newest)
    copies = sorted(
        every(database, pattern), key=lambda copy: (day_of(database, copy) <= today, copy.name)
    )
    with contextlib.suppress(OSError):
        made = newest.stat().st_mtime
        forgotten = [
            partial
            for partial in _folder(database).glob("*.partial")
            if partial.stat().st_mtime < made - _FORGOTTEN_S
        ]
        for old in [*copies[:-KEPT], *forgotten]:
            old.unlink(missing_ok=True)
