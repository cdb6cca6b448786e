"""The parameters that were fitted to the learner. Owns their table; leaves fitting to `study`."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from quizapp.domain.memory import ItemKind
from quizapp.store.database import Database
from quizapp.store.rows import from_micros, to_micros

if TYPE_CHECKING:
    from quizapp.domain.records import FittedRow

_FIGURES = (
    "learned_from",
    "held_out",
    "log_loss_before",
    "log_loss_after",
    "rmse_before",
    "rmse_after",
)
FIELDS = ("kind", "at", "parameters", "adopted", *_FIGURES)
_COLUMNS = ", ".join(("id", *FIELDS))


def add(database: Database, row: FittedRow) -> FittedRow:
    """Keep the result of a fit; returns it with its id."""
    with database.transaction():
        number = database.write(
            f"INSERT INTO fits ({_COLUMNS}) VALUES ({', '.join('?' * 11)})",
            None,
            row.kind.value,
            to_micros(row.at),
            None if row.parameters is None else json.dumps(row.parameters, allow_nan=False),
            int(row.adopted),
            *(getattr(row, name) for name in _FIGURES),
        )
    return replace(row, id=number)


def every(database: Database, kind: ItemKind) -> list[FittedRow]:
    """All results of a kind, oldest first."""
    rows = database.rows(f"SELECT {_COLUMNS} FROM fits WHERE kind = ? ORDER BY id", kind.value)
    return [_from(row) for row in rows]


def in_use(database: Database, kind: ItemKind) -> tuple[float, ...] | None:
    """The parameters adopted last; None for the defaults."""
    row = database.row(
        "SELECT parameters FROM fits WHERE kind = ? AND adopted = 1 ORDER BY id DESC LIMIT 1",
        kind.value,
    )
    return None if row is None or row[0] is None else tuple(json.loads(row[0]))


def _from(row: tuple[Any, ...]) -> FittedRow:
    from quizapp.domain.records import FittedRow

    number, kind, at, parameters, adopted, *figures = row
    named = dict(zip(_FIGURES, figures, strict=True))
    used = None if parameters is None else tuple(json.loads(parameters))
    return FittedRow(ItemKind(kind), from_micros(at), used, bool(adopted), id=number, **named)
