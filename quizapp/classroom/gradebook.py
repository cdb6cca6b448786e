"""The results of a class as rows and files. Owns CSV; leaves the page to `page`.

CSV by RFC 4180. Text cells that a spreadsheet would take for a formula are neutralised by a
leading apostrophe, as OWASP's "CSV Injection" advises; numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizapp.domain.outcomes import Verdict
from quizapp.domain.records import GradedRow

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Control characters and changes of the writing direction. The joiners that Persian and Indian names
# are spelt with stay: an LMS finds its students by these names.
_MISLEADING = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Grades:
    """What the files of a class came to.

    Attributes:
        exercises: slugs, in the order of the course; only those that anybody handed in.
        students: in alphabetical order, those who handed in nothing included.
        rows: (student, slug) -> result.
    """

    exercises: tuple[str, ...]
    students: tuple[str, ...]
    rows: dict[tuple[str, str], GradedRow]

    def score(self, student: str) -> int:
        """Points of all exercises together; none for what was not graded."""
        return sum(row.score for row in self._of(student))

    def max_score(self) -> int:
        """Points possible for all exercises that anybody handed in."""
        return sum(
            max((row.max_score for (_, slug), row in self.rows.items() if slug == exercise))
            for exercise in self.exercises
        )

    def _of(self, student: str) -> list[GradedRow]:
        return [row for (name, _), row in self.rows.items() if name == student]


def collect(
    rows: Iterable[GradedRow],
    current: dict[tuple[str, str], str],
    students: Sequence[str],
    slugs: Iterable[str],
) -> Grades:
    """The results that belong to the files as they are now.

    Args:
        rows: all results of the batch, older versions of a file included.
        current: (student, slug) -> sha256 of the file that is there now.
        students: all students.
        slugs: the course's exercises, in order.
    """
    found = {
        (row.student, row.exercise): row
        for row in rows
        if current.get((row.student, row.exercise)) == row.sha256
    }
    handed = {exercise for _, exercise in found}
    return Grades(tuple(slug for slug in slugs if slug in handed), tuple(sorted(students)), found)


def gradebook_csv(grades: Grades) -> str:
    """One row a student: points by exercise, total; an empty cell where nothing was handed in.

    What failed by our own fault is an empty cell, too: never a zero.
    """
    header = ["student", *grades.exercises, "total", "max"]
    lines: list[list[object]] = []
    most = grades.max_score()
    for student in grades.students:
        points = [_points(grades.rows.get((student, slug))) for slug in grades.exercises]
        lines.append([_name(student), *points, grades.score(student), most])
    return _csv(header, lines)


def results_csv(grades: Grades) -> str:
    """One row a check: what each check of each file came to, with its message."""
    header = ["student", "exercise", "check", "label", "verdict", "points", "max_points", "message"]
    lines: list[list[object]] = []
    for (student, slug), row in sorted(grades.rows.items()):
        outcome: dict[str, Any] = json.loads(row.outcome)
        for check in outcome["checks"]:
            keys = ("id", "label", "verdict", "points", "max_points")
            lines.append([_name(student), slug, *(check[key] for key in keys), full_message(check)])
    return _csv(header, lines)


def full_message(check: Mapping[str, Any]) -> str:
    """What an instructor is told of a check: of a hidden one, more than its learner is."""
    return str(check.get("detail") or check["message"])


def _points(row: GradedRow | None) -> object:
    return "" if row is None or row.verdict is Verdict.GRADER_ERROR else row.score


def _csv(header: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in line] for line in lines)
    return buffer.getvalue()


def _name(student: str) -> str:
    """A student's name as it is, without what could make it look like another or like two rows."""
    return _MISLEADING.sub(lambda found: found[0].encode("unicode_escape").decode(), student)


def _cell(value: object) -> object:
    """A cell that no spreadsheet computes; names that are no UTF-8 are shown escaped."""
    if not isinstance(value, str):
        return value
    text = value.encode("utf-8", "backslashreplace").decode()
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
