"""The whole database as plain rows, and back. Owns which tables go along and what a row must be.

Leaves files and their format to others, and joining two logs to `merge`. Caches do not go along:
they are worked out anew.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from quizapp.domain.memory import ItemKind
from quizapp.domain.outcomes import Tier, Verdict
from quizapp.errors import Phrase, StoreError
from quizapp.store import audit, fits
from quizapp.store.database import Database
from quizapp.store.rows import (
    FACT_COLUMNS,
    REVIEW_COLUMNS,
    STATE_COLUMNS,
    WAS_COLUMNS,
    from_micros,
    state_from,
    state_from_json,
    state_to_json,
    state_values,
    states_of,
)

_COLUMNS = {
    "settings": ("key", "value"),
    "reviews": (*FACT_COLUMNS.split(", "), "before", "after"),
    "submissions": (
        "exercise",
        "sha256",
        "at",
        "verdict",
        "score",
        "max_score",
        "seed",
        "isolation",
        "outcome",
    ),
    "help": ("exercise", "what", "at"),
    "fits": fits.FIELDS,
}
_STATES = ("before", "after")
_PAGE = 1000


class Entry(NamedTuple):
    """One row on its way.

    Attributes:
        table: which it belongs to.
        row: column -> value, as JSON has it; states and drawn values are objects, a submission
            carries its source as `source`, or as `source_base64` where it is no UTF-8.
        line: where it was read; 0 where it was not read from a file.
    """

    table: str
    row: Mapping[str, Any]
    line: int = 0


def counts(database: Database) -> dict[str, int]:
    """How many rows of each table `dump` gives."""
    return {table: database.row(f"SELECT count(*) FROM {table}")[0] for table in _COLUMNS}


def dump(database: Database) -> Iterator[Entry]:
    """Every row, table by table, each in its order; inside a transaction they are of one moment."""
    for table, columns in _COLUMNS.items():
        stored = REVIEW_COLUMNS.split(", ") if table == "reviews" else columns
        for values in _pages(database, table, stored):
            row = dict(zip(columns, values, strict=False))
            if table == "reviews":
                row |= _nested(values, row)
            elif table == "submissions":
                row |= _source_out(database, row["sha256"])
            yield Entry(table, row)


def fill(database: Database, entries: Iterable[Entry], where: str) -> None:
    """Write rows into an empty database, and its caches after them.

    Args:
        database: just made.
        entries: what `dump` gave; checked, since it comes from a file.
        where: the file's name, for messages.

    Raises:
        StoreError: a row is none of ours, or contradicts the rows before it.
    """
    with database.transaction():
        for entry in entries:
            try:
                _insert(database, entry)
            except (StoreError, ValueError, TypeError, KeyError, OverflowError) as error:
                said = error.what if isinstance(error, StoreError) else str(error)
                raise StoreError(
                    f"{where}:{entry.line}",
                    Phrase("this row cannot be taken over ({said})", said=said),
                    "export it again on the device that it is from; nothing was changed here",
                ) from error
        audit.rebuild(database)


def _nested(values: tuple[Any, ...], row: Mapping[str, Any]) -> dict[str, Any]:
    """What of a row of the log is an object in JSON."""
    states = (state_from(row["kind"], row["item"], state) for state in states_of(values))
    texts = dict(zip(_STATES, map(state_to_json, states), strict=True), drawn=row["drawn"])
    return {name: text and json.loads(text) for name, text in texts.items()}


def _pages(database: Database, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    if table == "settings":
        yield from database.rows("SELECT key, value FROM settings ORDER BY key")
        return
    last, names = 0, ", ".join(columns)
    while rows := database.rows(
        f"SELECT id AS number, {names} FROM {table} WHERE id > ? ORDER BY id LIMIT {_PAGE}", last
    ):
        last = rows[-1][0]
        yield from (row[1:] for row in rows)


def _source_out(database: Database, digest: str) -> dict[str, str]:
    (source,) = database.row("SELECT source FROM sources WHERE sha256 = ?", digest)
    try:
        return {"source": source.decode()}
    except UnicodeDecodeError:
        return {"source_base64": base64.b64encode(source).decode()}


def _insert(database: Database, entry: Entry) -> None:
    columns = _COLUMNS.get(entry.table)
    if columns is None:
        raise ValueError(f"there is no table {entry.table!r}")
    row = dict(entry.row)
    if entry.table == "submissions":
        _source_in(database, row)
    if set(row) != set(columns):
        odd = ", ".join(sorted(set(row) ^ set(columns)))
        raise ValueError(f"it lacks, or has beyond its own, {odd}")
    _check(entry.table, row)
    names, values = ", ".join(row), row.values()
    marks = ", ".join("?" * len(values))
    database.write(f"INSERT INTO {entry.table} ({names}) VALUES ({marks})", *values)


def _source_in(database: Database, row: dict[str, Any]) -> None:
    """Take the source out of a submission's row and keep it."""
    text, encoded = row.pop("source", None), row.pop("source_base64", None)
    try:
        source = text.encode() if encoded is None else base64.b64decode(encoded, validate=True)
    except (binascii.Error, AttributeError) as error:
        raise ValueError("its source is no text") from error
    if sha256(source).hexdigest() != row.get("sha256"):
        raise ValueError("its source does not match its sha256")
    database.write(
        "INSERT INTO sources VALUES (?, ?) ON CONFLICT DO NOTHING", row["sha256"], source
    )


def _check(table: str, row: dict[str, Any]) -> None:
    """What SQLite's own checks do not see; objects become the texts that are stored."""
    if any(isinstance(value, bool) for value in row.values()):
        raise ValueError("it has a truth value where a number belongs")
    if "at" in row:
        from_micros(row["at"])
    if table == "reviews":
        _check_review(row)
    elif table == "submissions":
        Verdict(row["verdict"])
        Tier(row["isolation"])
    elif table == "fits" and row["parameters"] is not None:
        numbers = json.loads(row["parameters"])
        if not all(type(number) in (int, float) and math.isfinite(number) for number in numbers):
            raise ValueError("its parameters are no numbers")


def _check_review(row: dict[str, Any]) -> None:
    kind = ItemKind(row["kind"])
    if date.fromisoformat(row["study_day"]).isoformat() != row["study_day"]:
        raise ValueError(f"{row['study_day']} is no study day")
    for name, columns in zip(_STATES, (WAS_COLUMNS, STATE_COLUMNS), strict=True):
        text = _text(row.pop(name))
        state = state_from_json(kind, text)
        if state.item != row["item"] or state_to_json(state) != text:
            raise ValueError(f"the state {name} it is not one of {row['item']}")
        row |= zip(columns.split(", "), state_values(state), strict=True)
    if row["drawn"] is not None:
        if not isinstance(row["drawn"], dict):
            raise ValueError("its drawn values are no object")
        row["drawn"] = _text(row["drawn"])


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
