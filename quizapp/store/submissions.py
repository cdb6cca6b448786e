"""Submissions and help asked for. Owns their tables; leaves what they are worth to `study`."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from quizapp.domain.history import Attempt
from quizapp.domain.outcomes import Tier, Verdict
from quizapp.domain.records import SubmissionRow
from quizapp.store.database import Database
from quizapp.store.rows import from_micros, to_micros

Help = Literal["hint", "solution"]

_COLUMNS = "id, exercise, sha256, at, verdict, score, max_score, seed, isolation, outcome"


def add(database: Database, row: SubmissionRow) -> SubmissionRow:
    """Store a submission; returns it with its id.

    Raises:
        ValueError: `sha256` is not the digest of `source`.
    """
    if hashlib.sha256(row.source).hexdigest() != row.sha256:
        raise ValueError(f"submission of {row.exercise}: sha256 is not that of the source")
    with database.transaction():
        database.write(
            "INSERT INTO sources (sha256, source) VALUES (?, ?) ON CONFLICT DO NOTHING",
            row.sha256,
            row.source,
        )
        number = database.write(
            f"INSERT INTO submissions ({_COLUMNS}) VALUES ({', '.join('?' * 10)})",
            None,
            row.exercise,
            row.sha256,
            to_micros(row.at),
            row.verdict.value,
            row.score,
            row.max_score,
            row.seed,
            row.isolation.value,
            row.outcome,
        )
    return replace(row, id=number)


def of_exercise(
    database: Database, exercise: str | None, since: datetime | None
) -> list[SubmissionRow]:
    """Submissions of one exercise, or of all, oldest first, from `since` on."""
    where, values = ["TRUE"], list[object]()
    if exercise is not None:
        where.append("exercise = ?")
        values.append(exercise)
    if since is not None:
        where.append("at >= ?")
        values.append(to_micros(since))
    rows = database.rows(
        f"SELECT {_COLUMNS}, source FROM submissions JOIN sources USING (sha256) "
        f"WHERE {' AND '.join(where)} ORDER BY id",
        *values,
    )
    return [_from(row) for row in rows]


def attempts(database: Database) -> list[Attempt]:
    """All submissions as counting sees them, oldest first; no source is read."""
    rows = database.rows(
        "SELECT exercise, at, verdict, score, max_score FROM submissions ORDER BY id"
    )
    return [
        Attempt(exercise, from_micros(at), Verdict(verdict), score, most)
        for exercise, at, verdict, score, most in rows
    ]


def add_help(database: Database, exercise: str, what: Help, at: datetime) -> None:
    """Note that a hint or the solution was shown."""
    with database.transaction():
        database.write(
            "INSERT INTO help (exercise, what, at) VALUES (?, ?, ?)", exercise, what, to_micros(at)
        )


def help_count(database: Database, exercise: str, what: Help, since: datetime | None) -> int:
    """How often it was shown, from `since` on."""
    (count,) = database.row(
        "SELECT count(*) FROM help WHERE exercise = ? AND what = ? AND at >= ifnull(?, at)",
        exercise,
        what,
        None if since is None else to_micros(since),
    )
    return int(count)


def _from(row: tuple[Any, ...]) -> SubmissionRow:
    number, exercise, sha256, at, verdict, score, most, seed, isolation, outcome, source = row
    return SubmissionRow(
        exercise=exercise,
        source=source,
        sha256=sha256,
        at=from_micros(at),
        verdict=Verdict(verdict),
        score=score,
        max_score=most,
        seed=seed,
        isolation=Tier(isolation),
        outcome=outcome,
        id=number,
    )
