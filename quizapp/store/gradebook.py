"""The results of a class. Owns what makes a batch resumable; leaves judging and exports to others.

A file of its own, beside the report of the class: it holds nothing about the instructor's own
learning.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from quizapp.clock import Clock, system_clock
from quizapp.domain.outcomes import Verdict
from quizapp.domain.records import GradedRow
from quizapp.store.database import Database
from quizapp.store.rows import from_micros, to_micros

APPLICATION = 0x51756967  # "Quig"

_COLUMNS = "student, exercise, sha256, at, verdict, score, max_score, outcome"


class Gradebook:
    """The database of a class; a context manager. Every result is on the disk when `add` returns.

    Raises StoreError when the file cannot be read or written.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @classmethod
    def open(cls, path: Path, *, clock: Clock = system_clock) -> Gradebook:
        """Open the file `path`, making it when it is missing."""
        schema = Path(__file__).with_name("gradebook.sql").read_text("utf-8")
        return cls(Database(path, (schema,), APPLICATION), clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def open_batch(self, folder: str, seed: int, course_hash: str) -> int:
        """The batch of this folder, seed and course: the one begun before, or a new one.

        Another seed or an edited course gives a new batch, since its results would differ.
        """
        with self._database.transaction():
            self._database.write(
                "INSERT INTO batches (folder, seed, course_hash, opened_at) "
                "VALUES (CAST(? AS TEXT), ?, ?, ?) ON CONFLICT DO NOTHING",
                _bytes(folder),
                seed,
                course_hash,
                to_micros(self._clock()),
            )
            (batch,) = self._database.row(
                "SELECT id FROM batches "
                "WHERE folder = CAST(? AS TEXT) AND seed = ? AND course_hash = ?",
                _bytes(folder),
                seed,
                course_hash,
            )
        return int(batch)

    def seed_of(self, folder: str, course_hash: str) -> int | None:
        """The seed of the newest batch of this folder and course, to go on with; None for none."""
        row = self._database.row(
            "SELECT seed FROM batches WHERE folder = CAST(? AS TEXT) AND course_hash = ? "
            "ORDER BY id DESC LIMIT 1",
            _bytes(folder),
            course_hash,
        )
        return None if row is None else int(row[0])

    def finished(self, batch: int) -> set[tuple[str, str, str]]:
        """(student, exercise, sha256) of all that need not be judged again.

        What failed by our own fault is not finished: it is judged again.
        """
        rows = self._database.rows(
            "SELECT CAST(student AS BLOB), exercise, sha256 FROM results "
            "WHERE batch = ? AND verdict <> ?",
            batch,
            Verdict.GRADER_ERROR.value,
        )
        return {(_text(student), exercise, sha256) for student, exercise, sha256 in rows}

    def add(
        self,
        batch: int,
        student: str,
        exercise: str,
        sha256: str,
        outcome_json: str,
        *,
        verdict: Verdict,
        score: int,
        max_score: int,
        at: datetime | None = None,
    ) -> bool:
        """Keep a result.

        Returns:
            False where this very file has a result that stands, which is then left as it is. Only a
            result that was our own fault is replaced.
        """
        with self._database.transaction():
            row = self._database.row(
                "SELECT verdict FROM results "
                "WHERE batch = ? AND student = CAST(? AS TEXT) AND exercise = ? AND sha256 = ?",
                batch,
                _bytes(student),
                exercise,
                sha256,
            )
            if row is not None and row[0] != Verdict.GRADER_ERROR:
                return False
            self._database.write(
                f"INSERT OR REPLACE INTO results (batch, {_COLUMNS}) "
                "VALUES (?, CAST(? AS TEXT), ?, ?, ?, ?, ?, ?, ?)",
                batch,
                _bytes(student),
                exercise,
                sha256,
                to_micros(at or self._clock()),
                verdict.value,
                score,
                max_score,
                outcome_json,
            )
        return True

    def results(self, batch: int) -> list[GradedRow]:
        """All results of a batch by student and exercise, the newest file of each last."""
        rows = self._database.rows(
            f"SELECT CAST(student AS BLOB), {_COLUMNS.partition(', ')[2]} FROM results "
            "WHERE batch = ? ORDER BY student, exercise, at",
            batch,
        )
        return [
            GradedRow(_text(student), exercise, sha256, from_micros(at), Verdict(verdict), *numbers)
            for student, exercise, sha256, at, verdict, *numbers in rows
        ]


# A student is named after a folder, and the name of a folder need not be UTF-8: its very bytes are
# stored, so that a batch begun again finds the student.


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
