"""The table of schedules. Owns its queries, each an index lookup; leaves the log to `log`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import islice, pairwise
from typing import Literal

from quizapp.clock import end_of_study_day, start_of_study_day, study_day
from quizapp.domain.memory import ItemKind, Phase, Schedule
from quizapp.store.database import Database
from quizapp.store.rows import (
    SCHEDULE_COLUMNS,
    schedule_from,
    schedule_values,
    to_micros,
)

# The terms of the partial index, spelled as it spells them, so that SQLite uses it.
_LIVE = "kind = ? AND suspended = 0 AND due IS NOT NULL"
# What `study.queue.is_due` says, in SQL; its values are those of `_due_values`.
_DUE = (
    f"{_LIVE} AND due <= ? AND (buried_until IS NULL OR buried_until <= ?) "
    "AND CASE phase WHEN 'review' THEN brought_forward OR ifnull(last_review, 0) < ? "
    "ELSE due <= ? END"
)
_URGENCY = (
    "phase = 'review' AS step_last, -brought_forward AS fwd_first, "
    "(? - last_review) / stability AS urgency"
)
_PUT = (
    f"INSERT OR REPLACE INTO schedules ({SCHEDULE_COLUMNS}) "
    f"VALUES ({', '.join('?' * len(SCHEDULE_COLUMNS.split(', ')))})"
)
_COLUMNS_OF_S = ", ".join(f"s.{column}" for column in SCHEDULE_COLUMNS.split(", "))
_CHUNK = 1000

MOST_COUNTED = 300
"""Reviews of a day from which on `due_by_day` takes it for full."""

State = Literal["met", "learning", "suspended", "buried", "leech"]
"""What `items_in` finds; "met" are all that cannot be asked as new ones any more, or today."""


def get(database: Database, kind: ItemKind, item: str) -> Schedule:
    """The stored schedule; a NEW one for an item that has none."""
    row = database.row(
        f"SELECT {SCHEDULE_COLUMNS} FROM schedules WHERE kind = ? AND item = ?", kind.value, item
    )
    return schedule_from(row) if row else Schedule(item, kind)


def put(database: Database, schedule: Schedule) -> None:
    """Store a schedule; one that says nothing is not kept. Inside a transaction."""
    if schedule.phase is not Phase.NEW:
        database.write(_PUT, *schedule_values(schedule))
    else:
        put_all(database, [schedule])


def put_all(database: Database, changed: Sequence[Schedule]) -> None:
    """As `put`, of several items, each once."""
    idle = [each for each in changed if each == Schedule(each.item, each.kind)]
    if idle:
        keys = [(each.kind.value, each.item) for each in idle]
        database.write_many("DELETE FROM schedules WHERE kind = ? AND item = ?", keys)
    if len(idle) < len(changed):
        kept = [each for each in changed if each not in idle] if idle else changed
        database.write_many(_PUT, map(schedule_values, kept))


def every(database: Database, kind: ItemKind) -> dict[str, Schedule]:
    """All stored schedules of a kind."""
    rows = database.rows(f"SELECT {SCHEDULE_COLUMNS} FROM schedules WHERE kind = ?", kind.value)
    return {row[1]: schedule_from(row) for row in rows}


def due(
    database: Database, kind: ItemKind, until: datetime, today: date, limit: int | None
) -> list[Schedule]:
    """Schedules due at `until` or before; learning steps first, then the most forgotten.

    Reviews are due on the whole of their study day, and never on that of their last answer.

    For one set of parameters, the chance of recall falls as elapsed time over stability rises, so
    SQLite can find the most forgotten without any formula: at the end of the study day, so that the
    order stays all day.
    """
    rows = database.rows(
        f"WITH wanted AS MATERIALIZED (SELECT item, {_URGENCY} FROM schedules WHERE {_DUE} "
        "ORDER BY step_last, fwd_first, urgency DESC, due, item LIMIT ?) "
        f"SELECT {SCHEDULE_COLUMNS} FROM wanted JOIN schedules USING (item) WHERE kind = ? "
        "ORDER BY step_last, fwd_first, urgency DESC, due, item",
        to_micros(end_of_study_day(study_day(until))),
        *_due_values(kind, until, today),
        -1 if limit is None else limit,
        kind.value,
    )
    return [schedule_from(row) for row in rows]


def due_items(
    database: Database, kind: ItemKind, until: datetime, today: date
) -> list[tuple[str, Phase]]:
    """Id and phase of all that `due` gives, read from the index alone."""
    phases = {phase.value: phase for phase in Phase}
    rows = database.rows(
        f"SELECT item, phase FROM schedules WHERE {_DUE} ORDER BY due",
        *_due_values(kind, until, today),
    )
    return [(item, phases[phase]) for item, phase in rows]


def _due_values(kind: ItemKind, until: datetime, today: date) -> tuple[object, ...]:
    """The values of `_DUE`: steps until a time, reviews of the study day that it is part of."""
    day = study_day(until)
    end = to_micros(end_of_study_day(day)) - 1
    start = to_micros(start_of_study_day(day))
    last = max(end, to_micros(until))
    return kind.value, last, today.isoformat(), start, to_micros(until)


def due_counts(database: Database, kind: ItemKind, edges: Sequence[datetime]) -> list[int]:
    """How many are due before the first edge, then between each two; suspended ones left out."""
    counts, reached = [], 0
    for edge in edges:
        (total,) = database.row(
            f"SELECT count(*) FROM schedules WHERE {_LIVE} AND due >= ? AND due < ?",
            kind.value,
            reached,
            to_micros(edge),
        )
        counts.append(int(total))
        reached = to_micros(edge)
    return counts


def due_by_day(database: Database, kind: ItemKind, first: date, last: date) -> dict[date, int]:
    """How many are due on each study day of a span; suspended ones and idle days are left out.

    No more than `MOST_COUNTED` a day: the answer is needed before the next card can be shown.
    """
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    starts = [to_micros(start_of_study_day(day)) for day in [*days, last + timedelta(days=1)]]
    rows = database.rows(
        "SELECT span.key, (SELECT count(*) FROM (SELECT 1 FROM schedules "
        f"WHERE {_LIVE} AND due >= span.value ->> 0 AND due < span.value ->> 1 LIMIT ?)) "
        "FROM json_each(?) AS span",
        kind.value,
        MOST_COUNTED,
        json.dumps(list(pairwise(starts))),
    )
    return {days[place]: count for place, count in rows if count}


def ahead(
    database: Database, kind: ItemKind, now: datetime, end: datetime, limit: int
) -> list[Schedule]:
    """Reviews due after `end`, the most forgotten at `now` first."""
    rows = database.rows(
        "WITH wanted AS MATERIALIZED (SELECT item, (? - last_review) / stability AS urgency, due "
        f"FROM schedules WHERE {_LIVE} AND due > ? AND phase = 'review' "
        "AND (buried_until IS NULL OR buried_until <= ?) "
        "ORDER BY urgency DESC, due LIMIT ?) "
        f"SELECT {_COLUMNS_OF_S} FROM wanted JOIN schedules AS s USING (item) "
        "WHERE s.kind = ? ORDER BY wanted.urgency DESC, wanted.due",
        to_micros(now),
        kind.value,
        to_micros(end),
        study_day(now).isoformat(),
        limit,
        kind.value,
    )
    return [schedule_from(row) for row in rows]


def items_in(
    database: Database, kind: ItemKind, state: State, today: date, leech_lapses: int
) -> set[str]:
    """Ids of all items in a state; a leech has `leech_lapses` lapses or more."""
    terms: dict[State, tuple[str, list[str | int]]] = {
        "met": ("phase <> 'new' OR suspended = 1 OR buried_until > ?", [today.isoformat()]),
        "learning": ("phase IN ('learning', 'relearning')", []),
        "suspended": ("suspended = 1", []),
        "buried": ("buried_until > ?", [today.isoformat()]),
        "leech": ("lapses >= ?", [leech_lapses]),
    }
    where, values = terms[state]
    rows = database.rows(
        f"SELECT item FROM schedules WHERE kind = ? AND ({where})", kind.value, *values
    )
    return {item for (item,) in rows}


def known(database: Database, kind: ItemKind) -> set[str]:
    """Ids of all items that have been answered."""
    rows = database.rows("SELECT item FROM schedules WHERE kind = ? AND phase <> 'new'", kind.value)
    return {item for (item,) in rows}


def unanswered(
    database: Database, kind: ItemKind, items: Iterable[str], today: date, limit: int
) -> list[str]:
    """The first `limit` of `items` that are new, neither suspended nor buried; in their order."""
    found: list[str] = []
    waiting = iter(items)
    while len(found) < limit and (chunk := list(islice(waiting, _CHUNK))):
        rows = database.rows(
            "SELECT wanted.value FROM json_each(?) AS wanted WHERE NOT EXISTS ("
            "SELECT 1 FROM schedules WHERE kind = ? AND item = wanted.value "
            "AND (phase <> 'new' OR suspended = 1 OR buried_until > ?)) "
            "ORDER BY wanted.key LIMIT ?",
            json.dumps(chunk),
            kind.value,
            today.isoformat(),
            limit - len(found),
        )
        found += [item for (item,) in rows]
    return found
