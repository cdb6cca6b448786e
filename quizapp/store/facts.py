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
from collections.abc import Callable, Mapping
from datetime import date
from itertools import repeat
from operator import sub
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
from quizapp.store.standings import QUARTER, quarters

FILE_NAME = "answers.bin"
_FORMAT = 1
_FEW = 2000
"""New rows from which on the file is written again; fewer are read from the log each time."""

_PAGE = 10_000
_LONGEST = 2**31 - 1
_NEVER = date.max.toordinal()
_NOT_UNDONE = "id NOT IN (SELECT refers_to FROM reviews WHERE trigger = 'undo')"
_STATE = (
    f"CASE was_phase WHEN 'learning' THEN {LEARNING} WHEN 'relearning' THEN {RELEARNING} "
    f"WHEN 'review' THEN iif(ifnull(was_stability, 0) >= {MATURE_DAYS}, {MATURE}, {YOUNG}) "
    f"ELSE {NEW} END"
)
# `+` keeps the index of items out of it: it would look up each row by itself.
_ROWS = (
    f"SELECT id, item, study_day, {quarters('at')}, {_STATE}, rating, "
    f"ifnull(min(max(answer_ms, 0), {_LONGEST}), {UNTIMED}), ifnull(was_stability, 0.0), "
    f"iif(was_stability IS NULL, NULL, {quarters('was_last_review')}), was_reps + 1, was_lapses "
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
    answers = before.answers.without(row for (row,) in undone)
    reader = _Reader(answers)
    reached = before.mark.id
    while rows := database.rows(_ROWS, reached, last[0]):
        reader.append(rows)
        reached = rows[-1][0]
    return Facts(answers, Mark(last[0], last[1], last[2], _rows_until(database, last[0])))


class _Reader:
    """Adds rows of the log to columns, a page at a time and without a step of Python for each."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._places = _Found(self._place)
        self._places.update((name, place) for place, name in enumerate(answers.names))
        # Remembered for as long as this lives: the time zone may change.
        self._hours, self._days = _Found(_hour), _Found(_day)
        self._ordinals = _Found(_ordinal)

    def append(self, rows: list[Any]) -> None:
        """Add rows of `_ROWS`."""
        ids, items, days, at, states, ratings, times, stabilities, last, reps, lapses = zip(
            *rows, strict=True
        )
        told = self._answers
        first = len(told)
        told.ids.extend(ids)
        told.items.extend(map(self._places.__getitem__, items))
        told.days.extend(map(self._ordinals.__getitem__, days))
        told.hours.extend(map(self._hours.__getitem__, at))
        told.states.extend(states)
        told.ratings.extend(ratings)
        told.times.extend(times)
        told.stabilities.extend(stabilities)
        since = map(sub, told.days[first:], map(self._days.__getitem__, last))
        told.elapsed.extend(map(max, since, repeat(0)))
        told.reps.extend(reps)
        told.lapses.extend(lapses)

    def _place(self, item: str) -> int:
        self._answers.names.append(item)
        return len(self._answers.names) - 1


class _Found(dict[Any, int]):
    """A number for each key, worked out when it is first asked for."""

    def __init__(self, number: Callable[[Any], int]) -> None:
        super().__init__()
        self._number = number

    def __missing__(self, key: object) -> int:
        found = self[key] = self._number(key)
        return found


def _hour(quarter: int) -> int:
    """The local hour of a quarter of an hour since 1970."""
    return from_micros(quarter * QUARTER).astimezone().hour


def _day(quarter: int | None) -> int:
    """Ordinal of the study day of a quarter of an hour since 1970; far ahead for None."""
    return _NEVER if quarter is None else study_day(from_micros(quarter * QUARTER)).toordinal()


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
