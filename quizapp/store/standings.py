"""What figures need of all schedules at once. Owns reading them as columns; days are study days."""

from __future__ import annotations

from array import array

from quizapp.clock import study_day
from quizapp.domain.memory import ItemKind
from quizapp.domain.standings import NO_DAY, NO_MEMORY, PHASES, Standings
from quizapp.store.database import Database
from quizapp.store.rows import from_micros

QUARTER = 15 * 60 * 1_000_000
"""In microseconds; no zone changes its hour or its day within one."""


def of_all(database: Database, kind: ItemKind) -> Standings:
    """Every stored schedule of a kind."""
    rows = database.rows(
        f"SELECT item, phase, ifnull(stability, {NO_MEMORY}), suspended, "
        f"ifnull(difficulty, {NO_MEMORY}), {quarters('due')}, {quarters('last_review')}, lapses "
        "FROM schedules WHERE kind = ?",
        kind.value,
    )
    if not rows:
        return Standings.of(())
    items, phases, stabilities, suspended, difficulties, due, last, lapses = zip(*rows, strict=True)
    places = {phase.value: place for place, phase in enumerate(PHASES)}
    # For this call: the time zone may change.
    days = {quarter: _day_of(quarter) for quarter in {*due, *last}}
    return Standings(
        items,
        array("B", map(places.__getitem__, phases)),
        array("d", stabilities),
        array("B", suspended),
        array("d", difficulties),
        array("i", map(days.__getitem__, due)),
        array("i", map(days.__getitem__, last)),
        array("q", lapses),
    )


def quarters(column: str) -> str:
    """SQL for the quarters of an hour since 1970; SQLite's own division is not downwards."""
    return f"{column} / {QUARTER} - ({column} % {QUARTER} < 0)"


def _day_of(quarter: int | None) -> int:
    return NO_DAY if quarter is None else study_day(from_micros(quarter * QUARTER)).toordinal()
