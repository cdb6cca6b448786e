"""Copies of the database. Owns when they are made, their names and how many are kept."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from datetime import date
from pathlib import Path

from quizapp.errors import StoreError

KEPT = 7
FOLDER = "backups"


def daily(source: sqlite3.Connection, database: Path, day: date) -> Path | None:
    """Copy the database unless `day` has its copy; keep the newest seven. Returns a new copy."""
    target = _folder(database) / f"{database.stem}-{day}.db"
    if target.exists():
        return None
    _copy(source, target)
    _prune(database, f"{database.stem}-????-??-??.db")
    return target


def before_migration(database: Path, day: date, version: int) -> Path:
    """Copy the database, which is still of `version`, before it is changed; keep seven of these.

    A copy of the same day and version is replaced: it was made before an attempt that failed.
    """
    target = _folder(database) / f"{database.stem}-{day}-version-{version}.db"
    with contextlib.closing(sqlite3.connect(database)) as source:
        _copy(source, target)
    _prune(database, f"{database.stem}-????-??-??-version-*.db")
    return target


def before_merge(source: sqlite3.Connection, database: Path, day: date) -> Path:
    """Copy the database before another one is merged into it; keep seven of these."""
    target = _folder(database) / f"{database.stem}-{day}-before-merge.db"
    _copy(source, target)
    _prune(database, f"{database.stem}-????-??-??-before-merge.db")
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
            str(database), f"it cannot be read ({error})", "name the quizapp.db of another device"
        ) from error


def newest(database: Path) -> Path | None:
    """The newest daily copy; None without one."""
    copies = sorted(_folder(database).glob(f"{database.stem}-????-??-??.db"))
    return copies[-1] if copies else None


def _folder(database: Path) -> Path:
    return database.parent / FOLDER


def _copy(source: sqlite3.Connection, target: Path) -> None:
    """Copy by SQLite's own backup, which sees one state of the database whatever is written."""
    partial = target.with_suffix(f".{os.getpid()}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(partial)) as copy:
            copy.execute("PRAGMA synchronous = FULL")
            source.backup(copy)
            # The copy is one file that can be moved about, without a log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise StoreError(
            str(target),
            f"the backup cannot be written ({error})",
            "free some space or make the folder writable; nothing has been changed",
        ) from error


def _prune(database: Path, pattern: str) -> None:
    for old in sorted(_folder(database).glob(pattern))[:-KEPT]:
        with contextlib.suppress(OSError):
            old.unlink()
