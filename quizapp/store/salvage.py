"""A sound database from a broken one. Owns which rows are taken over and what mends the log.

A row is taken if it can be read and keeps the rules of its table; rows that a copy has and the
broken file has not are taken from there, if the two are of one history. Where a row of the log is
gone, a row of the store's own leads from the state before the gap to the one after it, so that the
log is whole again and the schedules stay as they were.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from quizapp.domain.memory import ItemKind, Trigger
from quizapp.errors import StoreError
from quizapp.store import audit
from quizapp.store.database import Database
from quizapp.store.pages import Row, Value
from quizapp.store.rows import (
    FACT_COLUMNS,
    NEW,
    REVIEW_COLUMNS,
    State,
    review_from,
    state_from_json,
    state_values,
    states_of,
)

TABLES = ("reviews", "sources", "submissions", "help", "settings", "fits")
"""All that is not a cache, each after those that it refers to."""

_MARKS = ", ".join("?" * len(REVIEW_COLUMNS.split(", ")))
_INSERT = f"INSERT INTO reviews ({REVIEW_COLUMNS}) VALUES ({_MARKS})"
_IDENTITY = slice(1, 6)
_FACTS = len(FACT_COLUMNS.split(", "))
_FORMER_WIDTH = 13
"""Columns of the log up to version 3, which had the states as JSON."""

_TYPES: dict[str, type | tuple[type, ...]] = {
    "TEXT": str,
    "INTEGER": int,
    "REAL": (int, float),
    "BLOB": bytes,
}

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


def salvage(found: Iterable[Row], copies: Sequence[Path], target: Database) -> Salvaged:
    """Write what can be saved into `target`, which is new.

    Args:
        found: the rows of the broken file.
        copies: of the database, best first; the first one of the same history fills the gaps.
        target: an empty database.
    """
    content = _sorted_out(found, target)
    added = 0
    for copy in copies:
        other = _read(copy, target)
        if other is not None and _same_history(content, other):
            added = _fill(content, other)
            break
    with target.transaction():
        left_out = 0
        gaps = _write_log(target, content["reviews"])
        for table in TABLES[1:]:
            for _, values in sorted(content[table].items()):
                try:
                    _insert(target, table, values)
                except sqlite3.IntegrityError:
                    left_out += 1
        audit.rebuild(target)
    (answers,) = target.row("SELECT count(*) FROM reviews WHERE rating IS NOT NULL")
    (submissions,) = target.row("SELECT count(*) FROM submissions")
    return Salvaged(answers, submissions, added, gaps, left_out)


def _columns(database: Database, table: str) -> list[tuple[str, str, int]]:
    """Name, type and place in the primary key of each column."""
    return database.rows(f"SELECT name, type, pk FROM pragma_table_info('{table}')")


def _sorted_out(found: Iterable[Row], target: Database) -> Content:
    """The rows that keep the rules of a table, by table; `target` tells and stays empty."""
    columns = {table: _columns(target, table) for table in TABLES}
    content: Content = {table: {} for table in TABLES}
    connection = target.connection
    connection.execute("PRAGMA foreign_keys = OFF")  # what a row refers to may come later
    connection.execute("BEGIN")
    try:
        for row in map(_present, found):
            for table in TABLES:
                values = _fitted(row, columns[table])
                if values is not None and _keeps_rules(target, table, values):
                    content[table][_key(table, values)] = values
                    break
    finally:
        connection.execute("ROLLBACK")
        connection.execute("PRAGMA foreign_keys = ON")
    return content


def _present(row: Row) -> Row:
    """A row of the log as it was before version 4, as it would be now; any other as it is."""
    if len(row.values) != _FORMER_WIDTH or row.number is None:
        return row
    number, kind, item, trigger, rating, at, day, before, after, ms, drawn, *ids = row.values
    try:
        states = [
            state_values(state_from_json(ItemKind(str(kind)), str(text)))
            for text in (before, after)
        ]
    except (StoreError, ValueError):
        return row
    facts = (number, kind, item, trigger, rating, at, day, ms, drawn, *ids)
    return Row(row.number, (*facts, *states[0], *states[1]))


def _key(table: str, values: tuple[Value, ...]) -> Key:
    key = values[0]
    return key if isinstance(key, int | str) else str(table)


def _fitted(row: Row, columns: list[tuple[str, str, int]]) -> tuple[Value, ...] | None:
    """The values of a row of that table; None if it cannot be one.

    SQLite would make a text of a number; a row with numbers for texts is of an index.
    """
    if len(row.values) != len(columns):
        return None
    values = row.values
    if columns[0][1] == "INTEGER" and columns[0][2]:  # the rowid, which the record leaves out
        if row.number is None or row.number < 1 or values[0] is not None:
            return None
        values = (row.number, *values[1:])
    fitting = all(
        value is None or isinstance(value, _TYPES.get(kind, object))
        for value, (_, kind, _) in zip(values, columns, strict=True)
    )
    return values if fitting and values[0] is not None else None


def _keeps_rules(target: Database, table: str, values: tuple[Value, ...]) -> bool:
    """Whether the table takes the row, and the domain can read it."""
    if table == "reviews":
        try:
            review_from(values)
        except StoreError:
            return False
    try:
        _insert(target, table, values)
    except sqlite3.Error:
        return False
    return True


def _insert(target: Database, table: str, values: Sequence[Value]) -> None:
    marks = ", ".join("?" * len(values))
    target.connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)


def _read(copy: Path, target: Database) -> Content | None:
    """All of a copy, brought to the present version; None if it cannot be read."""
    with tempfile.TemporaryDirectory(prefix="quizapp-") as folder:
        try:
            present = Path(shutil.copy(copy, folder))
            with contextlib.closing(target.another(present)) as database:
                return {
                    table: {
                        _key(table, row): row for row in database.rows(f"SELECT * FROM {table}")
                    }
                    for table in TABLES
                }
        except (StoreError, OSError):
            return None


def _same_history(content: Content, other: Content) -> bool:
    """Whether no row of the log has one number and two meanings."""
    ours, theirs = content["reviews"], other["reviews"]
    return all(
        ours[number][_IDENTITY] == theirs[number][_IDENTITY]
        for number in ours.keys() & theirs.keys()
    )


def _fill(content: Content, other: Content) -> int:
    """Take over what only the other has; returns how many."""
    added = 0
    for table, lines in other.items():
        missing = {key: row for key, row in lines.items() if key not in content[table]}
        content[table] |= missing
        added += len(missing)
    return added


def _write_log(target: Database, lines: dict[Key, tuple[Value, ...]]) -> int:
    """Write the log, numbered anew, with what bridges its gaps; returns how many there were."""
    states: dict[tuple[str, str], State] = {}
    numbers: dict[int, int] = {}
    groups: dict[int, int] = {}
    gaps = count = 0
    for _, values in sorted(lines.items()):
        known: tuple[Any, ...] = values
        fact = _Fact(*known[:_FACTS])
        before, after = states_of(known)
        state = states.get((fact.kind, fact.item), NEW)
        if before != state:
            gaps += 1
            count += 1
            bridge = fact._replace(
                id=count, trigger=Trigger.STATE.value, rating=None, answer_ms=None, drawn=None,
                grp=count, refers_to=None,
            )  # fmt: skip
            target.write(_INSERT, *bridge, *state, *before)
        if fact.refers_to is not None and fact.refers_to not in numbers:
            trigger = fact.trigger if fact.rating else Trigger.STATE.value
            fact = fact._replace(trigger=trigger, refers_to=None)
        count += 1
        numbers[fact.id] = count
        refers_to = None if fact.refers_to is None else numbers[fact.refers_to]
        group = groups.setdefault(fact.grp, count)
        told = fact._replace(id=count, grp=group, refers_to=refers_to)
        target.write(_INSERT, *told, *before, *after)
        states[fact.kind, fact.item] = after
    return gaps
