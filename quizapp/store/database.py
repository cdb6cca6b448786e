"""One SQLite file, opened safely. Owns connection, transactions and versions.

Leaves what the tables mean to `store` and `gradebook`, copies to `backup`, and what is said when
SQLite refuses to `explained`.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from quizapp.errors import Phrase, StoreError
from quizapp.progress import UPGRADE, Progress, say_nothing
from quizapp.store.explained import FAILURES, Explained, explanation, primary_code

BUSY_MS = 10_000
SMALLEST_FILE = 512
_WORTH_SHRINKING = 4
"""One part of so many being unused, a file is written anew."""

_CACHE_KIB = 32 * 1024
"""Of pages, at most; SQLite's own 2 MiB are soon used up by reviews all over a long log."""

OLDEST_SQLITE = (3, 38, 0)


class Database:
    """A connection that several threads of a process may share, and several processes, too.

    Write-ahead log with `synchronous=FULL`: a transaction that has returned is on the disk, for
    the price of one fsync; readers never wait for a writer.

    Args:
        path: the file; it and its folder are made when missing.
        migrations: SQL scripts; number n, counted from 1, leads from version n - 1 to n.
        application: the number that marks the file as ours.
        before_migration: called with the versions before and after when an older file is about to
            be changed.
        progress: told how many steps of that are done.

    Raises:
        StoreError: the file cannot be used; the message says what to do.
    """

    def __init__(
        self,
        path: Path,
        migrations: Sequence[str],
        application: int,
        before_migration: Callable[[int, int], None] = lambda _before, _after: None,
        progress: Progress = say_nothing,
    ) -> None:
        self.path = path
        self._migrations = migrations
        self._application = application
        self._progress = progress
        # As strings, which are looked up in half the time: three at each transaction.
        self._place = str(path)
        self._log = [f"{path}{suffix}" for suffix in ("-wal", "-shm")]
        self._beside: list[tuple[int, int] | None] | None = None
        self.lock = threading.RLock()
        """Held while the connection is used; nothing is written without it."""
        self._explained = Explained(path)
        self._depth = 0
        self._rolled_back = 0
        self._others: int | None = None
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise StoreError(
                "SQLite",
                Phrase("version {version} is too old", version=sqlite3.sqlite_version),
                "use a Python that is built with SQLite 3.38 or newer",
            )
        with self._explained:
            _refuse_crumb(path)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    str(path.parent),
                    Phrase("the folder cannot be made ({reason})", reason=error.strerror),
                    "set QUIZAPP_HOME to a folder that you may write to",
                ) from error
            self._connection = sqlite3.connect(
                path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare(migrations, application, before_migration)
            except BaseException:
                self._connection.close()
                raise

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection itself, for the backup."""
        return self._connection

    def designed(self) -> dict[str, tuple[str, str]]:
        """What the migrations make: name of a table, index or trigger -> which of these, SQL."""
        from quizapp.store.scripts import designed

        return designed(self._migrations)

    def another(self, path: Path) -> Database:
        """Another file of the same kind, brought to the same version."""
        return Database(path, self._migrations, self._application)

    def close(self) -> None:
        """Close the file; the write-ahead log is folded in if nobody else has it open."""
        with self.lock, self._explained:
            if self._log_is_anothers():
                _leave_open(self._connection)
            else:
                self._connection.close()

    def rows(self, sql: str, *values: object) -> list[Any]:
        """All rows of a query, as tuples."""
        with self.lock, self._explained:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> Any:  # noqa: ANN401 - a tuple of columns, or None
        """The first row of a query; None without one."""
        with self.lock, self._explained:
            return self._connection.execute(sql, values).fetchone()

    def write(self, sql: str, *values: object) -> int:
        """Run one statement inside `transaction()`; returns the id of the row it inserted."""
        with self.lock, self._explained:
            if not self._depth:
                raise AssertionError("writes belong into a transaction")
            return self._connection.execute(sql, values).lastrowid or 0

    def write_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of values, inside `transaction()`."""
        with self.lock, self._explained:
            if not self._depth:
                raise AssertionError("writes belong into a transaction")
            self._connection.executemany(sql, rows)

    def version(self) -> tuple[int, int, int]:
        """Another value whenever this or another process may have changed anything."""
        with self.lock, self._explained:
            others = self._others
            if others is None:
                (others,) = self._connection.execute("PRAGMA data_version").fetchone()
                if self._depth:  # nobody else can write until the transaction is over
                    self._others = others
            return others, self._connection.total_changes, self._rolled_back

    def transaction(self) -> Transaction:
        """All or nothing. The write lock is taken at the start, so what is read inside stays true.

        Nests: an inner transaction is part of the outer one. Other threads wait until it is over.
        """
        return Transaction(self)

    def _begin(self) -> None:
        """Enter a transaction; `_end` has to follow."""
        self.lock.acquire()
        try:
            if self._depth == 0:
                self._refuse_another_file()
                with self._explained:
                    self._connection.execute("BEGIN IMMEDIATE")
        except BaseException:
            self.lock.release()
            raise
        self._depth += 1

    def _end(self, *, failed: bool) -> None:
        """Leave a transaction; the outermost one is committed, or taken back if it `failed`."""
        try:
            if failed:
                self._roll_back()
            elif self._depth == 1:
                try:
                    with self._explained:
                        self._connection.execute("COMMIT")
                except BaseException:
                    self._roll_back()
                    raise
        finally:
            self._depth -= 1
            self._others = None
            self.lock.release()

    def _roll_back(self) -> None:
        self._rolled_back += 1
        # A full disk may have ended the transaction already.
        if self._depth == 1 and self._connection.in_transaction:
            with self._explained:
                self._connection.execute("ROLLBACK")

    def wait_at_most(self, milliseconds: int) -> None:
        """How long to wait for another process that writes, before `BusyError` says so."""
        self.row(f"PRAGMA busy_timeout = {milliseconds:d}")

    def _refuse_another_file(self) -> None:
        """Refuse to write into a file that nobody will find again.

        SQLite goes on with the file that it has open, even if that was deleted, or if a program
        that keeps folders alike has put another one in its place.
        """
        if _file_at(self._place) != self._file:
            raise StoreError(
                str(self.path),
                "the file was moved, deleted or replaced while it was open, so this was not saved",
                "close quizapp, see that the file is in its place, and start again",
            )
        if self._beside is not None and self._log_now() != self._beside:
            raise StoreError(
                self._log[0],
                "the log beside the file was removed or replaced while it was open, so this was "
                "not saved",
                "close quizapp and start again; leave quizapp.db-wal and quizapp.db-shm to it",
            )

    def _log_now(self) -> list[tuple[int, int] | None]:
        return [_file_at(each) for each in self._log]

    def _log_is_anothers(self) -> bool:
        """Whether there is a log whose index is not the one that was opened.

        While the index is the same, nobody else can have written to another log.
        """
        if self._beside is None:
            return False
        now = self._log_now()
        return now[0] is not None and now[1] != self._beside[1]

    def without_log(self) -> None:
        """Keep no log: for a file that nobody else has open, and that may be lost."""
        self.row("PRAGMA journal_mode = MEMORY")
        self._beside = None

    def shrink(self) -> bool:
        """Give unused space back, if it is a good part of the file and nobody is in the way.

        Killed, or without room for it, the file stays as it is. Returns whether it got smaller.
        """
        (unused,) = self.row("PRAGMA freelist_count")
        (pages,) = self.row("PRAGMA page_count")
        if unused * _WORTH_SHRINKING < pages:
            return False
        try:
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error:
            return False
        return True

    def _prepare(
        self,
        migrations: Sequence[str],
        application: int,
        before_migration: Callable[[int, int], None],
    ) -> None:
        run = self._connection.execute
        run(f"PRAGMA busy_timeout = {BUSY_MS}")
        version = self._checked_version(len(migrations), application)
        self._use_write_ahead_log()
        self._file = _file_at(self._place)
        run("PRAGMA synchronous = FULL")
        run(f"PRAGMA cache_size = -{_CACHE_KIB}")
        run("PRAGMA recursive_triggers = ON")
        if version != len(migrations):
            if version:
                before_migration(version, len(migrations))
            self._migrate(migrations, application)
        # Not before: a table that is put in the place of another one is referred to all the time.
        run("PRAGMA foreign_keys = ON")
        # What another process writes to a new log is not seen here, and the other way round.
        self._beside = self._log_now()

    def _migrate(self, migrations: Sequence[str], application: int) -> None:
        from quizapp.store.scripts import add_functions, statements

        run = self._connection.execute
        run("PRAGMA foreign_keys = OFF")
        with self.transaction():
            # Another process may have done it while this one waited for the lock.
            version = self._checked_version(len(migrations), application)
            add_functions(self._connection)
            steps = [step for script in migrations[version:] for step in statements(script)]
            for done, step in enumerate(steps):
                if version:
                    self._progress(UPGRADE, done, len(steps))
                run(step)
            run(f"PRAGMA application_id = {application}")
            run(f"PRAGMA user_version = {len(migrations)}")
        self.shrink()

    def _checked_version(self, known: int, application: int) -> int:
        """The file's version; 0 for an empty one. Refuses files of others and of the future."""
        # One statement, one state: another process may be making the tables just now.
        version, owner, tables = self._connection.execute(
            "SELECT user_version, application_id, (SELECT count(*) FROM sqlite_schema) "
            "FROM pragma_user_version, pragma_application_id"
        ).fetchone()
        if owner != application and (tables or owner or version):
            raise StoreError(
                str(self.path),
                "this is another program's database",
                "move it away, or set QUIZAPP_HOME to another folder",
            )
        if version > known:
            raise StoreError(
                str(self.path),
                Phrase(
                    "it was written by a newer quizapp (version {version}, this one knows {known})",
                    version=version,
                    known=known,
                ),
                "upgrade quizapp, or set QUIZAPP_HOME to another folder",
            )
        return int(version)

    def _use_write_ahead_log(self) -> None:
        # Two processes that make the file at the same moment: SQLite does not wait here by itself.
        deadline = time.monotonic() + BUSY_MS / 1000
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL").fetchone()
            except sqlite3.OperationalError as error:
                if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                return


def _refuse_crumb(path: Path) -> None:
    """Refuse a file too short to be a database; SQLite would take it for an empty one."""
    try:
        size = path.stat().st_size
    except OSError:
        return  # missing, or out of reach: SQLite says so in its own words
    if 0 < size < SMALLEST_FILE and path.is_file():
        error = sqlite3.DatabaseError()
        error.sqlite_errorcode = sqlite3.SQLITE_NOTADB
        raise error


def _leave_open(connection: sqlite3.Connection) -> None:
    """Never close a connection, not even at the end of the process.

    SQLite would fold the log in by an index that does not know what others have written since, and
    then delete it. Left alone, it is read from its beginning when the file is next opened.
    """
    import ctypes

    ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))


def _file_at(path: str) -> tuple[int, int] | None:
    """Which file a path leads to; None for none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a Path costs as much as the call
    except OSError:
        return None
    return found.st_dev, found.st_ino


class Transaction:
    """What `Database.transaction` gives; a class, since a generator takes thrice as long."""

    __slots__ = ("_database",)

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> None:
        self._database._begin()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database._end(failed=kind is not None)
        if isinstance(error, FAILURES):
            raise explanation(self._database.path, error) from error
