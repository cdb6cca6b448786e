"""The copies of the learner's database. Owns what each holds and lacks, and finding one by name."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from quizapp.errors import Phrase, UsageError
from quizapp.store import backup, place
from quizapp.store.database import SMALLEST_FILE
from quizapp.store.store import APPLICATION, migrations

WAIT_S = 2.0
"""How long to wait for a database that another process is writing to."""

_ANSWERS = "SELECT kind, item, trigger, at FROM {}.reviews WHERE rating IS NOT NULL"
_SUBMISSIONS = "SELECT exercise, sha256, at FROM {}.submissions"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the database.

    Attributes:
        name: of the file.
        reason: why it was made.
        size: in bytes.
        answers: rated rows of its log; None if it cannot be used.
        lost: answers and submissions of the present database that it has not; None if one of the
            two cannot be read.
        problem: why it cannot be used; empty if it can.
    """

    path: Path
    name: str
    day: str
    reason: str
    size: int
    answers: int | None
    lost: int | None
    problem: str


def every(database: Path) -> list[Copy]:
    """All copies of a database, the newest first, compared with it as it is now.

    Raises:
        StoreError: its folder is none, or closed to us.
    """
    place.refuse(database.parent, writing=False)
    found = [_look_at(database, path) for path in backup.every(database)]
    return sorted(found, key=lambda copy: (copy.day, copy.path.stat().st_mtime_ns), reverse=True)


def chosen(database: Path, name: str) -> Copy:
    """The copy of that name or path; of that day, its daily one; `newest` for the newest sound one.

    Raises:
        UsageError: there is none.
    """
    found = every(database)
    for copy in found:
        path = Path(name)
        if name in (copy.name, copy.path.stem) or (path.exists() and path.samefile(copy.path)):
            return copy
        if name == copy.day and copy.reason == "daily":
            return copy
    if name == "newest" and (sound := [copy for copy in found if not copy.problem]):
        return sound[0]
    if Path(name).is_file():
        return _look_at(database, Path(name).absolute())
    remedy = "quizapp restore lists them" if found else "none has been made yet"
    raise UsageError(name, "there is no such copy", remedy)


def read_only(path: Path) -> sqlite3.Connection:
    """Open a copy without leaving anything beside it."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _look_at(database: Path, path: Path) -> Copy:
    """What a copy holds, and what going back to it would lose."""
    day = backup.day_of(database, path)
    reason = path.stem[len(database.stem) + 12 :].replace("-", " ") or "daily"
    answers, problem = None, ""
    try:
        with contextlib.closing(read_only(path)) as copy:
            problem = _why_not(copy, path.stat().st_size)
            if not problem:
                (answers,) = copy.execute(
                    f"SELECT count(*) FROM ({_ANSWERS.format('main')})"
                ).fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        problem = Phrase("it cannot be read ({error})", error=error)
    lost = None if problem else _lost(database, path)
    return Copy(path, path.name, day, reason, path.stat().st_size, answers, lost, problem)


def _why_not(copy: sqlite3.Connection, size: int) -> str:
    (owner,) = copy.execute("PRAGMA application_id").fetchone()
    (version,) = copy.execute("PRAGMA user_version").fetchone()
    if owner != APPLICATION:
        return "it is not a copy of quizapp's database"
    if version > len(migrations()):
        return Phrase(
            "it was written by a newer quizapp (version {version}); upgrade quizapp",
            version=version,
        )
    backup.read_through(copy, size)
    return ""


def _lost(database: Path, copy: Path) -> int | None:
    """How many answers and submissions the database has and the copy has not."""
    if not database.exists() or database.stat().st_size < SMALLEST_FILE:
        return None
    try:
        with contextlib.closing(
            sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT_S)
        ) as present:
            present.execute(
                "ATTACH ? AS copy", (f"{copy.absolute().as_uri()}?mode=ro&immutable=1",)
            )
            counts = [
                present.execute(
                    f"SELECT count(*) FROM ({what.format('main')} EXCEPT {what.format('copy')})"
                ).fetchone()[0]
                for what in (_ANSWERS, _SUBMISSIONS)
            ]
            return int(sum(counts))
    except (sqlite3.Error, UnicodeDecodeError):
        return None
