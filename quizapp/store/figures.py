"""What lists and searches need of many schedules at once. Owns reading them as plain figures.

A `Schedule` of each of 100,000 cards would take seconds to make; these are the columns, with days
counted as study days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from quizapp.clock import study_day
from quizapp.domain.memory import ItemKind, Phase
from quizapp.store.database import Database
from quizapp.store.rows import from_micros

_QUARTER = 15 * 60 * 1_000_000  # in microseconds


class Figures(NamedTuple):
    """One stored schedule.

    Attributes:
        phase: the value of a `Phase`.
        due: microseconds since 1970 UTC; None without a day.
        due_in: study days from today, negative when overdue; None without a day.
        elapsed: study days since the last answer; None for a new item.
        interval: study days from the last answer to the day it is due; None without either.
        stability, difficulty: None for a new item.
        hidden: whether it is suspended, or buried today.
    """

    item: str
    phase: str
    due: int | None
    due_in: int | None
    elapsed: int | None
    interval: int | None
    stability: float | None
    difficulty: float | None
    reps: int
    lapses: int
    flag: int
    hidden: bool


def of_all(database: Database, kind: ItemKind, today: date) -> Iterator[Figures]:
    """The figures of every stored schedule of a kind."""
    day_of = lru_cache(maxsize=None)(_day_of_quarter)  # for this call: the time zone may change
    present = today.toordinal()
    for item, phase, due, last, stability, difficulty, reps, lapses, flag, hidden in database.rows(
        "SELECT item, phase, due, last_review, stability, difficulty, reps, lapses, flag, "
        "suspended = 1 OR ifnull(buried_until > ?, 0) FROM schedules WHERE kind = ?",
        today.isoformat(),
        kind.value,
    ):
        due_day = None if due is None else day_of(due // _QUARTER)
        last_day = None if last is None else day_of(last // _QUARTER)
        yield Figures(
            item,
            phase,
            due,
            None if due_day is None else due_day - present,
            None if last_day is None else present - last_day,
            None if due_day is None or last_day is None else due_day - last_day,
            stability,
            difficulty,
            reps,
            lapses,
            flag,
            bool(hidden),
        )


def flagged(database: Database, kind: ItemKind, flag: int) -> set[str]:
    """Ids of all items with a flag; 0 stands for any."""
    where, values = ("flag > 0", ()) if flag == 0 else ("flag = ?", (flag,))
    rows = database.rows(
        f"SELECT item FROM schedules WHERE kind = ? AND {where}", kind.value, *values
    )
    return {item for (item,) in rows}


def answered(
    database: Database, kind: ItemKind, since: date, rating: int | None, *, first: bool
) -> set[str]:
    """Ids, as they were then, of all items that were answered on or after a study day.

    Args:
        database: the learner's.
        kind: cards or exercises.
        since: a study day.
        rating: only with this one; None for any.
        first: only answers to what was new then.
    """
    rows = database.rows(
        "SELECT DISTINCT item FROM reviews WHERE +kind = ? AND trigger = 'answer' "
        "AND study_day >= ? AND (?3 IS NULL OR rating = ?3) AND (was_phase = 'new' OR NOT ?4) "
        "AND NOT EXISTS (SELECT 1 FROM reviews AS later "
        "WHERE later.refers_to = reviews.id AND later.trigger = 'undo')",
        kind.value,
        since.isoformat(),
        rating,
        first,
    )
    return {item for (item,) in rows}


def counted(database: Database, day: date, most: int) -> list[tuple[str, Phase]]:
    """The answers to cards of a study day that count against its limits; the ids as they were then.

    Reads the log from its end and no farther than to the last of them.

    Args:
        database: the learner's.
        day: a study day.
        most: how many there are.

    Returns:
        Id and phase before the answer, NEW or REVIEW; the newest first.
    """
    rows = database.rows(
        "SELECT item, was_phase FROM reviews WHERE +kind = ? AND trigger = 'answer' "
        "AND study_day = ? AND was_phase IN ('new', 'review') "
        "AND NOT EXISTS (SELECT 1 FROM reviews AS later "
        "WHERE later.refers_to = reviews.id AND later.trigger = 'undo') "
        "ORDER BY id DESC LIMIT ?",
        ItemKind.CARD.value,
        day.isoformat(),
        most,
    )
    return [(item, Phase(phase)) for item, phase in rows]


def in_phase(database: Database, kind: ItemKind, phase: str) -> set[str]:
    """Ids of all items in a phase; new ones only as far as something was decided of them."""
    rows = database.rows(
        "SELECT item FROM schedules WHERE kind = ? AND phase = ?", kind.value, phase
    )
    return {item for (item,) in rows}


def ids(database: Database, kind: ItemKind) -> set[str]:
    """Ids of all items that have a schedule."""
    rows = database.rows("SELECT item FROM schedules WHERE kind = ?", kind.value)
    return {item for (item,) in rows}


def _day_of_quarter(quarter: int) -> int:
    """The study day, as an ordinal, of a quarter of an hour since 1970; no zone changes within."""
    return study_day(from_micros(quarter * _QUARTER)).toordinal()
