"""What the log says of times that have not come: written while a clock was ahead.

Owns finding it and taking it back. Such answers make cards sleep until then, and one at a time
they can only be taken back with all that was done since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quizapp.clock import TOLERANCE
from quizapp.domain.memory import Trigger
from quizapp.store import decisions, log
from quizapp.store.database import Database
from quizapp.store.rows import REVIEW_COLUMNS, from_micros, review_from, to_micros

_FOR_EVER = 2**62
# A history that was handed over is the same at any time.
_OF_TIMES = f"{log.LEARNERS} AND trigger <> '{Trigger.RENAMED}'"
_WENT_ON = (
    "SELECT 1 FROM reviews AS own JOIN reviews ON reviews.kind = own.kind "
    "AND reviews.item = own.item AND reviews.id > own.id AND reviews.grp <> ?1 "
    "WHERE (own.id = ?1 OR own.grp = ?1 AND own.grp <> own.id) "
    f"AND own.trigger <> '{Trigger.STATE}' AND {log.RESCHEDULING} AND reviews.at <= ?2 LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the log holds of times to come.

    Attributes:
        answers: those that stand.
        last: the time of the latest row; None without any.
    """

    answers: int
    last: datetime | None


def found(database: Database, now: datetime) -> Ahead:
    """What stands of times to come, and `take_back` would take back; reads the whole log."""
    groups = [
        (answers, last)
        for group, answers, last in _groups(database, now)
        if database.row(_WENT_ON, group, _limit(now)) is None
    ]
    if not groups:
        return Ahead(0, None)
    return Ahead(sum(answers for answers, _ in groups), from_micros(max(at for _, at in groups)))


def take_back(database: Database, now: datetime) -> None:
    """Take back all that stands of times to come; the log keeps it.

    What was reset, moved or answered since has got over it, and stays as it is.
    """
    with database.transaction():
        for group, _, _ in _groups(database, now):
            first = database.row(f"SELECT {REVIEW_COLUMNS} FROM reviews WHERE id = ?", group)
            if first is not None and database.row(_WENT_ON, group, _FOR_EVER) is None:
                decisions.undo(database, review_from(first), now)


def _groups(database: Database, now: datetime) -> list[Any]:
    """Group, answers in it and its latest time, for all that stands of times to come."""
    return database.rows(
        f"SELECT grp, count(rating), max(at) FROM reviews WHERE at > ? AND {_OF_TIMES} "
        "GROUP BY grp ORDER BY max(id) DESC",
        _limit(now),
    )


def _limit(now: datetime) -> int:
    return to_micros(now + TOLERANCE)
