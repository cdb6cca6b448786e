"""Cards as CSV. Owns the columns, and what a spreadsheet must not take for a formula.

By RFC 4180: UTF-8, CRLF, quotes doubled. A text cell that a spreadsheet would run gets an
apostrophe in front, and reading takes it away again, so that writing and reading change nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from quizapp.domain.text import Language
from quizapp.errors import Phrase, UsageError
from quizapp.exchange.sheets import NoteSheet, Written

COLUMNS = (
    "id",
    "deck",
    "kind",
    "front",
    "back",
    "tags",
    "phase",
    "due",
    "stability",
    "difficulty",
    "reps",
    "lapses",
    "suspended",
)
LONGEST_CELL = 100_000
MOST_ROWS = 1_000_000

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_REMEDY = "give the file a header line with the columns front and back"


@dataclass(frozen=True, slots=True)
class Row:
    """One card that comes in.

    Attributes:
        line: where the row begins in its file.
        id: as the file has it; may be empty.
    """

    line: int
    id: str
    front: str
    back: str
    tags: tuple[str, ...]


def write(stream: IO[str], notes: Iterable[NoteSheet], language: Language) -> Written:
    """Write the header and a row for each card; `stream` was opened with `newline=""`."""
    table = csv.writer(stream)
    table.writerow(COLUMNS)
    cards = count = 0
    for note in notes:
        count += 1
        for sheet in note.cards:
            cards += 1
            schedule = sheet.schedule
            memory = schedule.memory
            texts = (
                sheet.card.id,
                " / ".join(note.deck),
                note.kind.value,
                sheet.front.read_in(language),
                sheet.back.read_in(language),
                " ".join(note.tags),
                schedule.phase.value,
            )
            table.writerow(
                (
                    *map(neutral, texts),
                    schedule.due.isoformat(timespec="seconds") if schedule.due else "",
                    round(memory.stability, 4) if memory else "",
                    round(memory.difficulty, 4) if memory else "",
                    schedule.reps,
                    schedule.lapses,
                    int(schedule.suspended),
                )
            )
    return Written(count, cards, 0)


def neutral(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula; `plain` is its inverse."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """What `neutral` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def read(path: Path) -> Iterator[Row]:
    """The cards of a file whose header names the columns `front` and `back`, in any order.

    Columns `id` and `tags` are read, too, others passed over; so are rows without any text. Commas,
    semicolons or tabs may divide cells, whichever the header uses.

    Raises:
        UsageError: the file cannot be read, lacks a column, or a row has more cells than the header
            or lacks its front or back.
    """
    csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from _rows(path, stream)
    except OSError as error:
        what = Phrase("it cannot be read ({reason})", reason=error.strerror)
        raise UsageError(str(path), what, "check its name and its rights") from error
    except UnicodeDecodeError as error:
        raise UsageError(str(path), "it is not UTF-8", "save it as CSV UTF-8") from error


def _rows(path: Path, stream: IO[str]) -> Iterator[Row]:
    head = stream.readline(LONGEST_CELL)
    divider = max(",;\t", key=head.count)
    names = [name.strip().lower() for name in next(csv.reader([head], delimiter=divider), [])]
    for needed in ("front", "back"):
        if names.count(needed) != 1:
            raise UsageError(
                f"{path}:1", Phrase("there is no column {needed}, or two", needed=needed), _REMEDY
            )
    table = csv.reader(stream, delimiter=divider, strict=True)
    line = 2
    try:
        for count, cells in enumerate(table):
            if count >= MOST_ROWS:
                raise UsageError(
                    str(path),
                    Phrase("it has more than {most_rows} rows", most_rows=MOST_ROWS),
                    "split it",
                )
            if any(cell.strip() for cell in cells):
                yield _row(path, line, names, cells)
            line = table.line_num + 2
    except csv.Error as error:
        raise UsageError(
            f"{path}:{line}", Phrase("the row is no CSV ({error})", error=error), "mend it"
        ) from error


def _row(path: Path, line: int, names: list[str], cells: list[str]) -> Row:
    if len(cells) > len(names):
        what = Phrase(
            "the row has {n} cells, the header {columns}", n=len(cells), columns=len(names)
        )
        raise UsageError(f"{path}:{line}", what, "put cells with commas or line breaks in quotes")
    row = dict(zip(names, map(plain, cells), strict=False))
    front, back = row.get("front", "").strip(), row.get("back", "").strip()
    if not front or not back:
        lacking = "back" if front else "front"
        raise UsageError(
            f"{path}:{line}",
            Phrase("the row has no {lacking}", lacking=lacking),
            "write it, or remove the row",
        )
    return Row(line, row.get("id", "").strip(), front, back, tuple(row.get("tags", "").split()))
