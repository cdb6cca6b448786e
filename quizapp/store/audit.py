"""Does the database hold together? Owns comparing the caches with the log, and rebuilding them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from quizapp.domain.history import Day
from quizapp.domain.memory import ItemKind, Schedule
from quizapp.errors import Phrase, StoreError, as_phrase
from quizapp.store import log, rollup, schedules
from quizapp.store.database import Database
from quizapp.store.rows import NEW, STATE_COLUMNS, WAS_COLUMNS, state_from


@dataclass(frozen=True, slots=True)
class _Caches:
    """What the caches must hold according to the log."""

    schedules: dict[tuple[ItemKind, str], Schedule]
    days: dict[tuple[date, ItemKind], Day]


def problems(database: Database) -> list[str]:
    """Everything that is wrong, one sentence each; empty when all is well. Reads the whole file."""
    found: list[str] = [
        Phrase("the file is damaged: {error}", error=text)
        for (text,) in database.rows("PRAGMA integrity_check")
        if text != "ok"
    ]
    if found:
        return found
    found += [
        Phrase(
            "row {row} of {table} refers to a row of {parent} that does not exist",
            row=row,
            table=table,
            parent=parent,
        )
        for table, row, parent, _ in database.rows("PRAGMA foreign_key_check")
    ]
    misbuilt = _misbuilt(database)
    found += [
        Phrase("the {kind} {name} is {how}", kind=kind, name=name, how=as_phrase(how))
        for name, kind, how in misbuilt
    ]
    if any(kind == "table" for _, kind, _ in misbuilt):
        return found
    found += _breaks(database)
    try:
        wanted = _from_log(database)
        found += _stale(database, wanted)
    except StoreError as error:
        found.append(error.what)
    return found


def _stale(database: Database, wanted: _Caches) -> list[str]:
    """What the caches say against the log."""
    found: list[str] = [
        Phrase("the schedule of {kind} {item} is not what the log says", kind=kind, item=item)
        for kind, item in sorted(_differing_schedules(database, wanted))
    ]
    return found + [
        Phrase("the counts of {day} ({kind}) are not what the log says", day=day, kind=kind)
        for day, kind in sorted(_differing_days(database, wanted))
    ]


def _misbuilt(database: Database) -> list[tuple[str, str, str]]:
    """Name, kind and fault of each table, index and trigger that is not as it is designed."""
    present = dict(database.rows("SELECT name, sql FROM sqlite_schema"))
    return [
        (name, kind, "missing" if name not in present else "altered")
        for name, (kind, sql) in database.designed().items()
        if name not in present or (kind != "table" and present[name] != sql)
    ]


def rebuild(database: Database) -> int:
    """Write schedules and day counts anew from the log; returns how many entries were wrong."""
    with database.transaction():
        wanted = _from_log(database)
        wrong = _differing_schedules(database, wanted)
        for kind, item in wrong:
            schedules.put(database, wanted.schedules.get((kind, item), Schedule(item, kind)))
        wrong_days = _differing_days(database, wanted)
        if wrong_days:
            rollup.replace_all(database, wanted.days.values())
        return len(wrong) + len(wrong_days)


def _from_log(database: Database) -> _Caches:
    last_rows = database.rows(
        f"SELECT kind, item, {STATE_COLUMNS} FROM reviews WHERE id IN "
        "(SELECT max(id) FROM reviews GROUP BY kind, item)"
    )
    states = (state_from(kind, item, state) for kind, item, *state in last_rows)
    return _Caches(
        schedules={
            (state.kind, state.item): state
            for state in states
            if state != Schedule(state.item, state.kind)
        },
        days=rollup.summed(log.standing_answers(database)),
    )


def _differing_schedules(database: Database, wanted: _Caches) -> set[tuple[ItemKind, str]]:
    stored = {
        (kind, item): schedule
        for kind in ItemKind
        for item, schedule in schedules.every(database, kind).items()
    }
    keys = stored.keys() | wanted.schedules.keys()
    return {key for key in keys if stored.get(key) != wanted.schedules.get(key)}


def _differing_days(database: Database, wanted: _Caches) -> set[tuple[date, ItemKind]]:
    stored = {(day.day, day.kind): day for day in rollup.since(database, date.min)}
    keys = stored.keys() | wanted.days.keys()
    return {key for key in keys if stored.get(key) != wanted.days.get(key)}


def _breaks(database: Database) -> list[str]:
    """Rows of the log that do not begin where the row before them of the same item ended."""
    was, ended = (
        ", ".join(f"{alias}.{name}" for name in columns.split(", "))
        for alias, columns in (("r", WAS_COLUMNS), ("p", STATE_COLUMNS))
    )
    broken = database.rows(
        "SELECT r.id FROM reviews AS r LEFT JOIN reviews AS p ON p.id = (SELECT max(id) "
        "FROM reviews WHERE kind = r.kind AND item = r.item AND id < r.id) "
        f"WHERE CASE WHEN p.id IS NULL THEN ({was}) IS NOT ({', '.join('?' * len(NEW))}) "
        f"ELSE ({was}) IS NOT ({ended}) END ORDER BY r.id",
        *NEW,
    )
    return [
        Phrase("row {row} of the log does not follow from the row before it", row=row)
        for (row,) in broken
    ]
