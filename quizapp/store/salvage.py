"""A sound database from a broken one. Owns which rows are taken over and what mends the log.

A row is taken if it can be read and keeps the rules of its table; rows that a copy has and the
broken file has not are taken from there, if the two are of one history. Where a row of the log is
gone, a row of the store's own leads from the state before the gap to the one after it, so that the
log is whole again and the schedules stay as they were. Leaves what a row must be to `rules`.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from quizapp.domain.memory import Trigger
from quizapp.errors import StoreError
from quizapp.store import audit, pages
from quizapp.store.database import Database
from quizapp.store.pages import Value
from quizapp.store.rows import FACT_COLUMNS, NEW, REVIEW_COLUMNS, State, states_of
from quizapp.store.rules import TABLES, Rules

_MARKS = ", ".join("?" * len(REVIEW_COLUMNS.split(", ")))
_INSERT = f"INSERT INTO reviews ({REVIEW_COLUMNS}) VALUES ({_MARKS})"
_IDENTITY = slice(1, 6)
_FACTS = len(FACT_COLUMNS.split(", "))
_GROUP, _REFERS_TO = _FACTS - 2, _FACTS - 1

Progress = Callable[[str, int, int], None]
"""Told what is done, how much of it, of how much."""

Key = int | str
Content = dict[str, dict[Key, tuple[Value, ...]]]
"""Table -> what names a row there -> its columns."""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was saved.

    Attributes:
        answers: rated rows of the log.
        submissions: that have their source.
        from_copy: rows of any kind that came from a copy.
        gaps: places of the log at which rows are missing.
        left_out: rows that refer to others which are lost.
    """

    answers: int
    submissions: int
    from_copy: int
    gaps: int
    left_out: int


class _Fact(NamedTuple):
    """What a row of the log says besides its states, by `FACT_COLUMNS`."""

    id: int
    kind: str
    item: str
    trigger: str
    rating: int | None
    at: int
    study_day: str
    answer_ms: int | None
    drawn: str | None
    grp: int
    refers_to: int | None


def salvage(
    broken: bytes, log: bytes, copies: Sequence[Path], target: Database, on_progress: Progress
) -> Salvaged:
    """Write what can be saved into `target`, which is new.

    Args:
        broken: content of the broken file.
        log: of the write-ahead log beside it.
        copies: of the database, best first; the first one of the same history fills the gaps.
        target: an empty database.
        on_progress: told now and then.
    """
    content = _sorted_out(broken, log, target, on_progress)
    added = 0
    for copy in copies:
        missing = _lacking(content, copy, target)
        if missing is not None:
            added = sum(map(len, missing.values()))
            for table, rows in missing.items():
                content[table] |= rows
            break
    with target.transaction():
        written = _Log(content["reviews"], on_progress)
        with _unguarded(target):
            target.connection.executemany(_INSERT, written.rows())
        left_out = 0
        for table in TABLES[1:]:
            for _, values in sorted(content[table].items()):
                try:
                    _insert(target, table, values)
                except sqlite3.IntegrityError:
                    left_out += 1
        on_progress("schedules", 0, 1)
        audit.rebuild(target)
        on_progress("schedules", 1, 1)
    (answers,) = target.row("SELECT count(*) FROM reviews WHERE rating IS NOT NULL")
    (submissions,) = target.row("SELECT count(*) FROM submissions")
    return Salvaged(answers, submissions, added, written.gaps, left_out)


def _sorted_out(broken: bytes, log: bytes, target: Database, on_progress: Progress) -> Content:
    """The rows that keep the rules of a table, by table; `target` tells and stays empty."""
    content: Content = {table: {} for table in TABLES}
    rules = Rules(target)

    def tell(done: int, total: int) -> None:
        on_progress("pages", done, total)

    with rules.asking():
        for row in pages.rows(broken, log, rules.tables, tell):
            taken = rules.taken(row)
            if taken is not None:
                table, values = taken
                content[table].setdefault(_key(table, values), values)
    return content


def _key(table: str, values: tuple[Value, ...]) -> Key:
    key = values[0]
    return key if isinstance(key, int | str) else str(table)


def _insert(target: Database, table: str, values: Sequence[Value]) -> None:
    marks = ", ".join("?" * len(values))
    target.connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)


def _lacking(content: Content, copy: Path, target: Database) -> Content | None:
    """What only the copy has; None if it cannot be read, or is of another history.

    Histories differ where a row of the log has one number and two meanings.
    """
    with tempfile.TemporaryDirectory(prefix="quizapp-") as folder:
        try:
            present = Path(shutil.copy(copy, folder))
            with contextlib.closing(target.another(present)) as other:
                missing: Content = {}
                for table in TABLES:
                    ours, missing[table] = content[table], {}
                    for values in other.connection.execute(f"SELECT * FROM {table}"):
                        same = ours.get(_key(table, values))
                        if same is None:
                            missing[table][_key(table, values)] = values
                        elif table == "reviews" and same[_IDENTITY] != values[_IDENTITY]:
                            return None
                return missing
        except (StoreError, sqlite3.Error, UnicodeDecodeError, OSError):
            return None


@contextlib.contextmanager
def _unguarded(target: Database) -> Iterator[None]:
    """The log without indexes and triggers, which cost most of the time of writing all of it."""
    guards = target.rows(
        "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name = 'reviews' AND type <> 'table'"
    )
    for kind, name, _ in guards:
        target.write(f"DROP {kind} {name}")
    yield
    for _, _, sql in guards:
        target.write(sql)


class _Log:
    """The rows of the log, numbered anew, with what bridges its gaps.

    Attributes:
        gaps: how many there were, once all rows are written.
    """

    def __init__(self, lines: dict[Key, tuple[Any, ...]], on_progress: Progress) -> None:
        self.gaps = 0
        self._lines = lines
        self._on_progress = on_progress
        self._states: dict[tuple[Any, ...], State] = {}
        self._numbers: dict[int, int] = {}
        self._groups: dict[int, int] = {}
        self._undone: set[int] = set()

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The values of each row, in order."""
        count = 0
        for done, (_, values) in enumerate(sorted(self._lines.items())):
            if done % 10_000 == 0:
                self._on_progress("rows", done, len(self._lines))
            key = values[1:3]
            before, after = states_of(values)
            state = self._states.get(key, NEW)
            if before != state:
                self.gaps += 1
                count += 1
                yield (*_bridge(_Fact(*values[:_FACTS]), count), *state, *before)
            count += 1
            self._numbers[values[0]] = count
            group = self._groups.setdefault(values[_GROUP], count)
            if values[_REFERS_TO] is None:
                yield (count, *values[1:_GROUP], group, None, *before, *after)
            else:
                fact = self._referring(_Fact(*values[:_FACTS]))
                yield (count, *fact[1:_GROUP], group, fact.refers_to, *before, *after)
            self._states[key] = after

    def _referring(self, fact: _Fact) -> _Fact:
        """A row about another one; about a lost row, or one undone before, it is our own."""
        refers_to = self._numbers.get(fact.refers_to or 0)
        if fact.trigger == Trigger.UNDO and refers_to in self._undone:
            refers_to = None
        if refers_to is None:
            fact = fact._replace(trigger=fact.trigger if fact.rating else Trigger.STATE.value)
        elif fact.trigger == Trigger.UNDO:
            self._undone.add(refers_to)
        return fact._replace(refers_to=refers_to)


def _bridge(fact: _Fact, number: int) -> _Fact:
    """A row of the store's own about the same item."""
    return fact._replace(
        id=number,
        trigger=Trigger.STATE.value,
        rating=None,
        answer_ms=None,
        drawn=None,
        grp=number,
        refers_to=None,
    )
