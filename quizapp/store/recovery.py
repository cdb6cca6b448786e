"""Another file in the place of the learner's database. Owns repairing and going back to a copy.

What is replaced is kept, and nothing is replaced while another process has the database open.
Leaves reading a broken file to `pages` and `salvage`, making copies to `backup` and looking at
them to `copies`.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from quizapp.errors import Phrase, StoreError, as_phrase
from quizapp.store import audit, backup, place
from quizapp.store.copies import Copy, read_only
from quizapp.store.database import SMALLEST_FILE, Database
from quizapp.store.salvage import Progress, Salvaged, salvage
from quizapp.store.store import APPLICATION, migrations

_LOCK_START, _LOCK_LENGTH = 0x40000000, 512
"""The bytes on which SQLite's processes hold their locks, open connections in WAL mode included."""

_WAIT_S = 2.0
_CACHE_KB = 65536
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@dataclass(frozen=True, slots=True)
class Restored:
    """What going back to a copy came to.

    Attributes:
        copy: what is in place now.
        kept: where that lies which was in place before; None if nothing was.
    """

    copy: Copy
    kept: Path | None


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair came to.

    Attributes:
        done: what was done, one clause each; empty if nothing was needed.
        kept: where the broken file lies, if it was replaced.
    """

    done: tuple[str, ...]
    kept: Path | None = None


def _say_nothing(_what: str, _done: int, _total: int) -> None:
    pass


def restore(database: Path, copy: Copy, day: date) -> Restored:
    """Put a copy in the place of the database, which is copied before.

    Raises:
        StoreError: the copy cannot be used, or another process has the database open; nothing is
            changed.
    """
    if copy.problem:
        raise StoreError(str(copy.path), copy.problem, _CHOOSE)
    if database.exists() and database.stat().st_size >= SMALLEST_FILE:
        try:
            return Restored(copy, _restore_into(database, copy.path, day))
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _BROKEN:
                raise _refused(database, error) from error
        except StoreError as error:  # it was too broken to be copied
            if not _is_broken(error):
                raise
    with _alone(database):
        kept = _set_aside(database, day)
        _put(database, copy.path.read_bytes())
    return Restored(copy, kept)


def repair(database: Path, day: date, on_progress: Progress = _say_nothing) -> Repaired:
    """Mend what can be mended: caches, triggers, indexes; else save what can be read.

    Args:
        database: the file.
        day: today, for the name of what is kept of it.
        on_progress: told now and then what is done, how much of it, of how much.

    Raises:
        StoreError: it is not ours to mend, in use elsewhere, or cannot be written.
    """
    place.refuse(database.parent)
    if not database.exists():
        return Repaired(())
    if database.stat().st_size < SMALLEST_FILE:
        return _replaced(database, day, on_progress)
    try:
        with contextlib.closing(Database(database, migrations(), APPLICATION)) as opened:
            done = _mended(opened)
            if not audit.problems(opened) and _takes_writes(opened):
                return Repaired(tuple(done))
    except StoreError as error:
        if not _is_broken(error):
            raise
    return _replaced(database, day, on_progress)


def _takes_writes(database: Database) -> bool:
    """Whether SQLite would write to it, as it would not if the header said a format to come."""
    try:
        with database.transaction():  # which alone would begin in such a file, too
            database.write(f"PRAGMA user_version = {len(migrations())}")
            return True
    except StoreError:
        if not os.access(database.path, os.W_OK) or not os.access(database.path.parent, os.W_OK):
            raise
        return False


def _is_broken(error: StoreError) -> bool:
    """Whether an error says that the content, and not a lock or a permission, is the trouble."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        return code in (*_BROKEN, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, 0)
    return cause is not None and not isinstance(cause, OSError)


def _mended(database: Database) -> list[str]:
    """Mend what SQLite itself can mend."""
    done = list[str]()
    connection = database.connection
    present = dict(database.rows("SELECT name, sql FROM sqlite_schema"))
    for name, (kind, sql) in database.designed().items():
        if kind != "table" and present.get(name) != sql:
            with database.transaction():
                connection.execute(f"DROP {kind} IF EXISTS {name}")
                connection.execute(sql)
            done.append(Phrase("the {kind} {name} was made anew", kind=kind, name=name))
    if database.rows("PRAGMA integrity_check(1)") != [("ok",)]:
        with database.transaction():
            connection.execute("REINDEX")
        if database.rows("PRAGMA integrity_check(1)") != [("ok",)]:
            return done
        done.append("the indexes were made anew")
    if wrong := audit.rebuild(database):
        anew = Phrase(
            "{n} schedules or counts of days were wrong and written anew from your answers",
            one="{n} schedule or count of a day was wrong and written anew from your answers",
            n=wrong,
        )
        done.append(anew)
    return done


def _replaced(database: Path, day: date, on_progress: Progress) -> Repaired:
    """Save what can be read into a new file, and put that in the place of the broken one."""
    partial = database.with_name(f"{database.name}.{os.getpid()}.partial")
    log = database.with_name(f"{database.name}-wal")
    with _alone(database) as file:
        broken = file.read(), log.read_bytes() if log.exists() else b""
        try:
            saved = _salvaged(broken, database, partial, on_progress)
            kept = _set_aside(database, day)
            _put(database, partial.read_bytes())
        finally:
            on_progress("", 1, 1)
            # Nobody else is at it, so what others have left was left by a kill.
            for left in database.parent.glob(f"{database.name}.*.partial*"):
                left.unlink(missing_ok=True)
    told = (
        f"{_many(saved.answers, 'answer')} and {_many(saved.submissions, 'submission')} "
        "were saved into a new file",
        f"{_many(saved.from_copy, 'entry')} came from a copy" if saved.from_copy else "",
        f"your history has {_many(saved.gaps, 'gap')}, where entries are lost"
        if saved.gaps
        else "",
        _left_out(saved.left_out),
    )
    return Repaired(tuple(filter(None, told)), kept)


def _many(count: int, what: str) -> str:
    several = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{count} {what if count == 1 else several}"


def _left_out(count: int) -> str:
    if count == 1:
        return "1 entry was left out, because what it belongs to is lost"
    return f"{count} entries were left out, because what they belong to is lost" if count else ""


def _salvaged(
    broken: tuple[bytes, bytes], database: Path, partial: Path, on_progress: Progress
) -> Salvaged:
    with contextlib.closing(Database(partial, migrations(), APPLICATION)) as target:
        # It is read again, and flushed, when it is moved; until then it may as well be lost.
        target.row("PRAGMA synchronous = OFF")
        target.without_log()
        target.row(f"PRAGMA cache_size = -{_CACHE_KB}")
        saved = salvage(*broken, backup.every(database)[::-1], target, on_progress)
        on_progress("check", 0, 1)
        problems = audit.problems(target)
        on_progress("check", 1, 1)
        if problems:
            raise StoreError(
                str(database),
                Phrase("it cannot be mended: {problem}", problem=as_phrase(problems[0])),
                _BACK,
            )
        if not (saved.answers or saved.submissions or target.row("SELECT 1 FROM reviews")):
            raise StoreError(str(database), "nothing of it can be read", _BACK)
        target.row("PRAGMA journal_mode = DELETE")
    return saved


_CHOOSE = "choose another copy: quizapp restore"
_BACK = "`quizapp restore` goes back to a copy; to begin anew, move the file away"


def _restore_into(database: Path, copy: Path, day: date) -> Path:
    """Write the copy into the database by SQLite's own means, in one transaction."""
    with (
        contextlib.closing(read_only(copy)) as source,
        contextlib.closing(
            sqlite3.connect(database, timeout=_WAIT_S, isolation_level=None)
        ) as target,
    ):
        # From here on it is open, even if it is the oldest of its kind and makes room below.
        (found,) = source.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise StoreError(str(copy), Phrase("it is damaged ({found})", found=found), _CHOOSE)
        # Before the first access: this connection is alone from then on, or refused.
        target.execute("PRAGMA locking_mode = EXCLUSIVE")
        target.execute("BEGIN EXCLUSIVE")
        target.execute("COMMIT")
        kept = backup.before_restore(target, database, day)
        deadline = time.monotonic() + _WAIT_S

        def give_up(status: int, _remaining: int, _total: int) -> None:
            waiting = status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if waiting and time.monotonic() > deadline:
                raise _in_use(database)

        source.backup(target, progress=give_up)
    return kept


def _refused(database: Path, error: sqlite3.Error) -> StoreError:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return _in_use(database)
    return StoreError(
        str(database),
        Phrase("it cannot be replaced ({error})", error=error),
        "make the file and its folder writable for you; nothing has been changed",
    )


def _in_use(database: Path) -> StoreError:
    return StoreError(
        str(database),
        "another quizapp has it open",
        "close that one and try again; nothing has been changed",
    )


@contextlib.contextmanager
def _alone(database: Path) -> Iterator[BinaryIO]:
    """Hold SQLite's own locks, so that no other process has the file open or opens it now."""
    if not database.exists():
        with Path(os.devnull).open("rb") as nothing:
            yield nothing
        return
    try:
        with database.open("r+b") as file:
            # Closing any other handle of the file in this process would give the lock away.
            with contextlib.suppress(ImportError):  # elsewhere an open file cannot be replaced
                import fcntl

                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCK_LENGTH, _LOCK_START)
            yield file
    except BlockingIOError as error:
        raise _in_use(database) from error
    except OSError as error:
        raise StoreError(
            str(database),
            Phrase("it cannot be replaced ({reason})", reason=error.strerror),
            "free some space, or make the file and its folder writable for you",
        ) from error


def _set_aside(database: Path, day: date) -> Path | None:
    """Copy the file and its log beside it, where nothing overwrites them."""
    if not database.exists():
        return None
    number = 1
    while True:
        again = f"-{number}" if number > 1 else ""
        kept = database.with_name(f"{database.stem}-broken-{day}{again}.db")
        if not kept.exists():
            break
        number += 1
    log = database.with_name(f"{database.name}-wal")
    if log.exists():
        _write(kept.with_name(f"{kept.name}-wal"), log.read_bytes())
    # A link and not a copy: reading the file through another handle would give the lock away.
    try:
        os.link(database, kept)
    except OSError:
        _write(kept, database.read_bytes())
    return kept


def _put(database: Path, content: bytes) -> None:
    """Put a file in the place of the database; the log of the former one must not be beside it."""
    partial = database.with_name(f"{database.name}.{os.getpid()}.new.partial")
    _write(partial, content)
    for suffix in ("-wal", "-shm"):
        database.with_name(f"{database.name}{suffix}").unlink(missing_ok=True)
    partial.replace(database)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
