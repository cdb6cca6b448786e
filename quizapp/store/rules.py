"""What a record of a broken file may be. Owns telling tables apart and the rules of their rows.

A record does not say which table it is of, and damage may have left anything in it. Leaves reading
records to `pages`, and what becomes of the rows to `salvage`.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from typing import Any

from quizapp.domain.memory import ItemKind
from quizapp.errors import StoreError
from quizapp.store.database import Database
from quizapp.store.pages import Form, Row, Value
from quizapp.store.rows import State, state_from_json, state_values, states_of

TABLES = ("reviews", "sources", "submissions", "help", "settings", "fits")
"""All that is not a cache, each after those that it refers to."""

_FORMER_LOG = "former log"
_FORMER_COLUMNS = (
    *("INTEGER", "TEXT", "TEXT", "TEXT", "INTEGER", "INTEGER", "TEXT", "TEXT", "TEXT", "INTEGER"),
    *("TEXT", "INTEGER", "INTEGER"),
)
"""Of the log up to version 3, which had the states before and after as JSON."""

Taken = tuple[str, tuple[Value, ...]]
"""Table, and the values of all its columns."""


class Rules:
    """Asks an empty database which rows it would take."""

    def __init__(self, target: Database) -> None:
        self._target = target
        self._columns = {table: _columns(target, table) for table in TABLES}
        self._judged: dict[tuple[object, ...], bool] = {}

    @contextmanager
    def asking(self) -> Iterator[None]:
        """What is tried inside leaves nothing behind."""
        connection = self._target.connection
        connection.execute("PRAGMA foreign_keys = OFF")  # what a row refers to may come later
        connection.execute("BEGIN")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")
            connection.execute("PRAGMA foreign_keys = ON")

    def tables(self, form: Form, numbered: bool) -> tuple[str, ...]:
        """The tables that a record of that form may be of; SQLite would make a text of a number."""
        found = [
            table
            for table, columns in self._columns.items()
            if len(form) == len(columns)
            and (numbered or not columns[0][1])
            and (not columns[0][1] or form[0] == 0)
            and all(_fits(kind, type_) for kind, (type_, _) in zip(form, columns, strict=True))
        ]
        former = numbered and len(form) == len(_FORMER_COLUMNS) and form[0] == 0
        if former and all(map(_fits, form, _FORMER_COLUMNS)):
            found.append(_FORMER_LOG)
        return tuple(found)

    def taken(self, row: Row) -> Taken | None:
        """The table whose rules a row keeps, of those that its form allows, with all its values."""
        tables: tuple[str, ...] = row.named
        for table in tables:
            if table in ("reviews", _FORMER_LOG):
                values = _of_the_log(row) if table == "reviews" else _of_the_former_log(row)
                if values is not None and self._is_logged(values):
                    return "reviews", values
                continue
            values = row.values
            if self._columns[table][0][1]:
                if row.number is None or row.number < 1:
                    continue
                values = (row.number, *values[1:])
            if values[0] is not None and self._takes(table, values):
                return table, values
        return None

    def _is_logged(self, values: tuple[Any, ...]) -> bool:
        """Whether the log takes the row, and the domain can read it."""
        _, kind, item, trigger, rating, at, day, _, drawn, group, _ = values[:11]
        before, after = states_of(values)
        if not (_is_day(day) and _is_time(at) and _possible(before) and _possible(after)):
            return False
        if drawn is not None and not _is_object(drawn):
            return False
        # All else that the table asks for hangs on these alone.
        shape = (kind, trigger, rating, before[0], after[0], drawn, None in (item, at, group))
        if shape not in self._judged:
            self._judged[shape] = self._takes("reviews", (None, *values[1:10], None, *values[11:]))
        return self._judged[shape]

    def _takes(self, table: str, values: Sequence[Value]) -> bool:
        marks = ", ".join("?" * len(values))
        try:
            self._target.connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)
        except sqlite3.Error:
            return False
        return True


def _columns(database: Database, table: str) -> list[tuple[str, bool]]:
    """Type of each column, and whether it is the rowid, which a record leaves out."""
    columns = database.rows(f"SELECT type, pk FROM pragma_table_info('{table}')")
    return [(type_, type_ == "INTEGER" and bool(pk)) for type_, pk in columns]


def _fits(kind: int, type_: str) -> bool:
    """Whether a column of that type may hold a value of a serial type."""
    if kind >= 12:
        return type_ == ("TEXT" if kind % 2 else "BLOB")
    return kind == 0 or type_ == "REAL" or (type_ == "INTEGER" and kind != 7)


def _of_the_log(row: Row) -> tuple[Value, ...] | None:
    return (row.number, *row.values[1:]) if row.number is not None and row.number > 0 else None


def _of_the_former_log(row: Row) -> tuple[Value, ...] | None:
    """A row of the log of an earlier version, as it would be now."""
    _, kind, item, trigger, rating, at, day, before, after, ms, drawn, *ids = row.values
    try:
        known = ItemKind(str(kind))
        was, then = (state_values(state_from_json(known, str(text))) for text in (before, after))
    except (StoreError, ValueError):
        return None
    facts = (None, kind, item, trigger, rating, at, day, ms, drawn, *ids)
    return _of_the_log(Row(row.number, (*facts, *was, *then)))


def _possible(state: State) -> bool:
    """Whether a schedule could be in a state; the table of schedules would refuse others."""
    phase, step, stability, difficulty, due, last, reps, lapses, *marks, buried, flag = state
    if None in (reps, lapses, *marks, flag):
        return False
    met = stability is not None and difficulty is not None
    return bool(
        (met or (stability is None and difficulty is None))
        and (not met or (0 < stability < math.inf and 1 <= difficulty <= 10))
        and (phase == "new" or (met and due is not None))
        and (step is None or step >= 0)
        and (due is None or _is_time(due))
        and (last is None or _is_time(last))
        and (buried is None or _is_day(buried))
        and min(reps, lapses, *marks) >= 0
        and max(marks) <= 1
        and 0 <= flag <= 7
    )


@lru_cache(10_000)
def _is_day(text: str | None) -> bool:
    try:
        return text is not None and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_EARLIEST, _LATEST = -(10**15), 200 * 10**15
"""1938 and 8307, in microseconds since 1970."""


def _is_time(micros: int | None) -> bool:
    return micros is not None and _EARLIEST < micros < _LATEST


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
