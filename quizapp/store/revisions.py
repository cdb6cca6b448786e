"""Which revision of a card the learner has met. Owns reading it from the log.

An answer to a card whose note has a `rev` above 1 is logged with it, and so is the row that brings
such a card forward; who writes them is the engine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from quizapp.domain.memory import REVISION, ItemKind, Schedule, Trigger
from quizapp.store import log
from quizapp.store.database import Database
from quizapp.store.rows import SCHEDULE_COLUMNS, schedule_from

_COLUMNS = ", ".join(f"s.{column}" for column in SCHEDULE_COLUMNS.split(", "))
_PATH = f'$."{REVISION}"'


def known(database: Database, cards: Iterable[str], today: date) -> list[Schedule]:
    """Schedules of those cards that have been learned and are not hidden, in the same order."""
    rows = database.rows(
        f"SELECT {_COLUMNS} FROM json_each(?) AS wanted CROSS JOIN schedules AS s "
        "ON s.kind = ? AND s.item = wanted.value WHERE s.phase = 'review' AND s.suspended = 0 "
        "AND (s.buried_until IS NULL OR s.buried_until <= ?) ORDER BY wanted.key",
        json.dumps(list(cards)),
        ItemKind.CARD.value,
        today.isoformat(),
    )
    return [schedule_from(row) for row in rows]


def met(database: Database, cards: Iterable[str]) -> dict[str, int]:
    """Card -> the latest revision that it was answered with, or brought forward for, if any.

    An answer that was undone does not count. What is logged under former ids does.
    """
    names = {card: card for card in cards}
    former = log.present_ids(database, ItemKind.CARD)
    names |= {old: today for old, today in former.items() if today in names}
    rows = database.rows(
        "SELECT wanted.value, max(drawn ->> ?) "
        "FROM json_each(?) AS wanted CROSS JOIN reviews ON kind = ? AND item = wanted.key "
        "WHERE drawn IS NOT NULL AND json_type(drawn, ?) = 'integer' AND (trigger = ? OR "
        f"trigger = ? AND {log.NOT_UNDONE}) GROUP BY 1",
        _PATH,
        json.dumps(names),
        ItemKind.CARD.value,
        _PATH,
        Trigger.BROUGHT_FORWARD.value,
        Trigger.ANSWER.value,
    )
    return dict(rows)
