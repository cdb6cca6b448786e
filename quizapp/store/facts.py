"""The answers of the log as columns, and a file that remembers them. Owns reading and that file.

Figures need a few numbers of each answer; reading 300,000 of them takes seconds. The log only ever
grows, so the columns are kept in a file beside other caches, and only rows that came since are
read. The file is never trusted further than it goes: it names the row of the log that it ends with
and how many rows there were until then; where the log has another row in that place (it was merged,
restored or mended), everything is read anew.

The file: a line of JSON about it, then the columns one after the other, as this machine lays out
numbers.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import zlib
from array import array
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from quizapp.clock import study_day
from quizapp.domain.answers import (
    COLUMNS,
    LEARNING,
    MATURE,
    NEW,
    RELEARNING,
    UNTIMED,
    YOUNG,
    Answers,
)
from quizapp.domain.history import MATURE_DAYS
from quizapp.store.database import Database
from quizapp.store.rows import from_micros

FILE_NAME = "answers.bin"
_FORMAT = 1
_FEW = 2000
"""New rows from which on the file is written again; fewer are read from the log each time."""

_PAGE = 10_000
_LONGEST = 2**31 - 1
_QUARTER = 15 * 60 * 1_000_000  # microseconds; no zone changes its hour or day within one
_STATES = {"learning": LEARNING, "relearning": RELEARNING, "review": YOUNG}
_NOT_UNDONE = "id NOT IN (SELECT refers_to FROM reviews WHERE trigger = 'undo')"
# `+` keeps the index of items out of it: it would look up each row by itself.
_ROWS = (
    "SELECT id, item, study_day, at, rating, answer_ms, was_phase, "
    "was_stability, was_last_review, was_reps, was_lapses "
    "FROM reviews WHERE id > ? AND id <= ? AND trigger = 'answer' AND +kind = 'card' "
    f"AND {_NOT_UNDONE} ORDER BY id LIMIT {_PAGE}"
)


class Mark(NamedTuple):
    """Up to where the log has been read: its last row, and how many rows there are."""

    id: int = 0
    item: str = ""
    at: int = 0
    rows: int = 0


class Facts(NamedTuple):
    """Answers, and up to where of the log they go."""

    answers: Answers
    mark: Mark


def read(database: Database, folder: Path | None, known: Facts | None = None) -> Facts:
    """All answers to cards that stand, without credit.

    Args:
        database: the learner's.
        folder: where the file is; None for none. A file that cannot be written is done without.
        known: what was read before; the file when None.
    """
    kept = known or (_load(folder / FILE_NAME) if folder else None)
    before = kept if kept and _still_there(database, kept.mark) else Facts(Answers(), Mark())
    facts = _brought_up_to_date(database, before)
    stored = known is None and kept is before
    if folder and facts.mark.rows - (before.mark.rows if stored or known else 0) >= _FEW:
        _save(folder / FILE_NAME, facts)
    return facts


def renamed(answers: Answers, present: Mapping[str, str]) -> Answers:
    """With cards under the ids that they have today; `present` knows those that changed."""
    if not present:
        return answers
    names = [present.get(name, name) for name in answers.names]
    columns = {name: getattr(answers, name) for name in COLUMNS}
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    if len(places) < len(names):
        columns["items"] = array("i", (places[names[item]] for item in answers.items))
    return Answers(names=names, **columns)


def _still_there(database: Database, mark: Mark) -> bool:
    """Whether the log goes on from `mark`."""
    if not mark.id:
        return True
    row = database.row("SELECT item, at FROM reviews WHERE id = ?", mark.id)
    if row != (mark.item, mark.at):
        return False
    return _rows_until(database, mark.id) == mark.rows


def _rows_until(database: Database, number: int) -> int:
    # All minus the later ones: the first is read from the smallest index, the second is short.
    (rows,) = database.row("SELECT count(*) FROM reviews")
    (later,) = database.row("SELECT count(*) FROM reviews WHERE id > ?", number)
    return int(rows - later)


def _brought_up_to_date(database: Database, before: Facts) -> Facts:
    last = database.row("SELECT id, item, at FROM reviews ORDER BY id DESC LIMIT 1")
    if last is None or last[0] == before.mark.id:
        return before if last else Facts(Answers(), Mark())
    # What another process writes meanwhile lies behind `last` and is read the next time.
    undone = database.rows(
        "SELECT refers_to FROM reviews WHERE trigger = 'undo' AND id > ? AND refers_to <= ?",
        before.mark.id,
        before.mark.id,
    )
    gone = {row for (row,) in undone}
    answers = before.answers.copied()
    if gone:
        answers = answers.only(number not in gone for number in answers.ids)
    reader = _Reader(answers)
    reached = before.mark.id
    while rows := database.rows(_ROWS, reached, last[0]):
        reader.append(rows)
        reached = rows[-1][0]
    return Facts(answers, Mark(last[0], last[1], last[2], _rows_until(database, last[0])))


class _Reader:
    """Adds rows of the log to columns."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._places = {name: place for place, name in enumerate(answers.names)}
        # Remembered for as long as this lives: the time zone may change.
        self._clock = lru_cache(None)(_quarter)
        self._day = lru_cache(None)(_ordinal)

    def append(self, rows: list[Any]) -> None:
        """Add rows of `_ROWS`."""
        columns = zip(*map(self._entry, rows), strict=True)
        for name, values in zip(COLUMNS, columns, strict=True):
            getattr(self._answers, name).extend(values)

    def _entry(self, row: Any) -> tuple[float, ...]:  # noqa: ANN401 - a row of the log
        number, item, day, at, rating, answer_ms, phase, stability, last, reps, lapses = row
        today = self._day(day)
        state = _STATES.get(phase, NEW)
        if state == YOUNG and (stability or 0.0) >= MATURE_DAYS:
            state = MATURE
        met = stability is not None and last is not None
        return (
            number,
            self._place(item),
            today,
            self._clock(at // _QUARTER)[1],
            state,
            rating,
            UNTIMED if answer_ms is None else min(max(answer_ms, 0), _LONGEST),
            stability or 0.0,
            max(0, today - self._clock(last // _QUARTER)[0]) if met else 0,
            reps + 1,
            lapses,
        )

    def _place(self, item: str) -> int:
        place = self._places.get(item)
        if place is None:
            place = self._places[item] = len(self._answers.names)
            self._answers.names.append(item)
        return place


def _quarter(quarter: int) -> tuple[int, int]:
    """Ordinal of the study day and local hour of a quarter of an hour since 1970."""
    moment = from_micros(quarter * _QUARTER)
    return study_day(moment).toordinal(), moment.astimezone().hour


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _load(path: Path) -> Facts | None:
    """What `_save` wrote; None where there is nothing, or nothing that can be used."""
    try:
        data = path.read_bytes()
        head, _, body = data.partition(b"\n")
        about = json.loads(head)
        if about["format"] != [_FORMAT, sys.byteorder] or about["crc"] != zlib.crc32(body):
            return None
        answers, start = Answers(names=about["names"]), 0
        for name in COLUMNS:
            column = getattr(answers, name)
            end = start + about["rows"] * column.itemsize
            column.frombytes(body[start:end])
            start = end
        return Facts(answers, Mark(*about["mark"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _save(path: Path, facts: Facts) -> None:
    """Write the file in one go, so that a reader sees the old one or the new one."""
    answers = facts.answers
    body = b"".join(getattr(answers, name).tobytes() for name in COLUMNS)
    about = {
        "format": [_FORMAT, sys.byteorder],
        "rows": len(answers),
        "mark": facts.mark,
        "crc": zlib.crc32(body),
        "names": answers.names,
    }
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(json.dumps(about).encode() + b"\n" + body)
        temporary.replace(path)
    except OSError:  # it is a cache: without it, reading takes longer
        with contextlib.suppress(OSError):
            temporary.unlink()
