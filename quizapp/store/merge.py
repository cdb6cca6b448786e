"""Two devices' logs become one. Owns the union and its order; leaves formulas to the caller.

The union is the same whichever of the two databases it is written into, and merging again changes
nothing. A row that both have is recognised by what it says, not by its number. Where a row no
longer follows from the row before it of the same item, because the other device has answered in
between, the states before and after it are worked out anew; what was done and when never changes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from quizapp.domain.memory import (
    REVISION,
    ItemKind,
    Phase,
    Rating,
    Schedule,
    Trigger,
    as_new,
    moved_to,
)
from quizapp.errors import Phrase, StoreError, as_phrase
from quizapp.store import audit
from quizapp.store.database import Database
from quizapp.store.rows import (
    NEW,
    REVIEW_COLUMNS,
    State,
    from_micros,
    state_from,
    state_values,
    states_of,
)


@dataclass(frozen=True, slots=True)
class Replay:
    """What works states out anew.

    Attributes:
        review: the schedule after an answer: state before, rating, time.
        bring_forward: the schedule of a card that a failed check named: state before, time.
    """

    review: Callable[[Schedule, Rating, datetime], Schedule]
    bring_forward: Callable[[Schedule, datetime], Schedule]


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge came to.

    Attributes:
        added: rows of the log that came from the other database.
        recomputed: rows whose states were worked out anew.
        submissions: that came from the other database.
    """

    added: int
    recomputed: int
    submissions: int


class _Fact(NamedTuple):
    """What a row of the log says, apart from its number and from the states around it.

    Attributes:
        told: of an undo or renamed row, the fact that it refers to.
        nth: which of several rows that say the same.
    """

    at: int
    kind: str
    item: str
    trigger: str
    rating: int | None
    study_day: str
    answer_ms: int | None
    drawn: str | None
    told: str
    nth: int

    @property
    def key(self) -> tuple[str, str]:
        """Kind and item: what has a schedule."""
        return self.kind, self.item


@dataclass(slots=True)
class _Row:
    """A row of one log, or of the union.

    Attributes:
        versions: states before and after; of a row that both have, one from each.
        group: which rows were written together.
        refers_to: the fact of the row that it takes back or continues.
        clock: the latest time in its log up to it; rises even where a clock was set back.
    """

    fact: _Fact
    versions: list[tuple[State, State]]
    group: tuple[int, int]
    refers_to: _Fact | None
    clock: int

    @property
    def rank(self) -> tuple[int, str]:
        """Where it belongs among rows of the other log."""
        return self.clock, repr(self.fact)


def merge(database: Database, other: Database, replay: Callable[[], Replay]) -> Merged:
    """Write the union of both into `database`, in one transaction.

    Args:
        database: is changed.
        other: is only read.
        replay: asked for once fits and settings are merged, which it may depend on.

    Raises:
        StoreError: one of the logs is not sound; nothing is changed.
    """
    for each in (database, other):
        if found := audit.problems(each):
            remedy = "run `quizapp doctor` on it first"
            raise StoreError(
                str(each.path),
                Phrase("it is not sound: {problem}", problem=as_phrase(found[0])),
                remedy,
            )
    with database.transaction():
        ours, theirs = list(_rows(database, 0)), list(_rows(other, 1))
        submissions = _unite(database, other, "submissions", "at, exercise, sha256")
        _unite(database, other, "help", "at, exercise, what")
        _unite(database, other, "fits", "at, kind")
        _unite_settings(database, other, _latest(ours), _latest(theirs))
        union = list(_undone_once(_in_order(ours, theirs)))
        chain = _Chain(replay())
        for row in union:
            chain.add(row)
        facts, former = [row.fact for row in union], [row.fact for row in ours]
        added = len(set(facts).difference(former))
        # An own row may have given way to another one that takes back the same.
        if facts != former or chain.recomputed:
            _write(database, union)
            audit.rebuild(database)
    return Merged(added, chain.recomputed, submissions)


def _rows(database: Database, side: int) -> Iterator[_Row]:
    facts: dict[int, _Fact] = {}
    seen: Counter[_Fact] = Counter()
    clock = 0
    for row in database.rows(f"SELECT {REVIEW_COLUMNS} FROM reviews ORDER BY id"):
        number, kind, item, trigger, rating, at, day, ms, drawn, group, refers, *_ = row
        told = "" if refers is None else repr(facts[refers])
        fact = _Fact(at, kind, item, trigger, rating, day, ms, drawn, told, 0)
        fact = fact._replace(nth=seen[fact])
        seen[fact._replace(nth=0)] += 1
        facts[number] = fact
        clock = max(clock, at)
        refers_to = None if refers is None else facts[refers]
        yield _Row(fact, [states_of(row)], (side, group), refers_to, clock)


def _latest(rows: list[_Row]) -> int:
    return rows[-1].clock if rows else 0


def _in_order(ours: list[_Row], theirs: list[_Row]) -> Iterator[_Row]:
    """The union. Each log keeps its order; between them the clock decides."""
    other = {row.fact: row for row in theirs}
    shared = {row.fact: _joined(row, other[row.fact]) for row in ours if row.fact in other}
    logs = [[shared.get(row.fact, row) for row in log] for log in (ours, theirs)]
    places, done = [0, 0], set[_Fact]()
    while True:
        for side, log in enumerate(logs):
            while places[side] < len(log) and log[places[side]].fact in done:
                places[side] += 1
        heads = [log[place] for log, place in zip(logs, places, strict=True) if place < len(log)]
        if not heads:
            return
        # What both have waits until all that either has before it is out.
        apart = [row for row in heads if row.fact not in shared]
        row = min(apart or heads, key=lambda head: head.rank)
        done.add(row.fact)
        yield row


def _undone_once(union: Iterable[_Row]) -> Iterator[_Row]:
    """Leave out what takes back a row that the other device has taken back before."""
    undone: set[_Fact] = set()
    for row in union:
        if row.fact.trigger == Trigger.UNDO and row.refers_to is not None:
            if row.refers_to in undone:
                continue
            undone.add(row.refers_to)
        yield row


def _joined(one: _Row, other: _Row) -> _Row:
    """A row that both logs have."""
    versions = sorted({*one.versions, *other.versions}, key=repr)
    return replace(one, versions=versions, clock=min(one.clock, other.clock))


class _Chain:
    """Follows the union, item by item, and works states out anew where they do not follow.

    Attributes:
        recomputed: how many rows needed that.
    """

    def __init__(self, replay: Replay) -> None:
        self.recomputed = 0
        self._replay = replay
        self._states: dict[tuple[str, str], State] = {}
        self._rows: dict[tuple[str, str], list[tuple[int, _Row]]] = {}
        self._count = 0
        # What has been renamed -> the second half of each renaming that stands, and its first half.
        self._former: dict[tuple[str, str], dict[_Fact, _Fact]] = {}
        # The first half of each renaming -> the state that was handed over, where to, and whether
        # it was so in the log that it is from.
        self._left: dict[_Fact, State] = {}
        self._went: dict[_Fact, tuple[str, str]] = {}
        self._unchanged: set[_Fact] = set()
        self._undone: set[_Fact] = set()

    def add(self, row: _Row) -> None:
        """Give the next row the one pair of states that fits; afterwards it has one version."""
        fact = row.fact
        before = self._states.get(fact.key, NEW)
        if fact.trigger == Trigger.UNDO and row.refers_to is not None:
            self._undone.add(row.refers_to)
        if fact.trigger == Trigger.RENAMED:
            after = self._moved(row, before)
        elif row.refers_to is not None and row.refers_to.trigger == Trigger.RENAMED:
            after = self._moved_back(row, row.refers_to, before)
        else:
            fitting = [after for known, after in row.versions if known == before]
            after = fitting[0] if fitting else self._worked_out(row, before)
        if (before, after) not in row.versions:
            self.recomputed += 1
        row.versions = [(before, after)]
        self._states[fact.key] = after
        self._rows.setdefault(fact.key, []).append((self._count, row))
        self._count += 1

    def _worked_out(self, row: _Row, before: State) -> State:
        fact = row.fact
        if fact.trigger == Trigger.UNDO:
            return self._told_again(fact)
        if 0 < _revision_called_for(row) <= max(map(_revision, self._standing(fact)), default=0):
            return before  # the other device has asked the changed card, or called for it, before
        return state_values(self._applied(row, state_from(*fact.key, before)))

    def _moved(self, row: _Row, before: State) -> State:
        """The state after one half of a renaming: the former id is left, or the new one begun."""
        fact = row.fact
        if row.refers_to is None:
            self._left[fact] = before
            if before in [known for known, _ in row.versions]:
                self._unchanged.add(fact)
            return NEW
        self._former.setdefault(fact.key, {})[fact] = row.refers_to
        self._went[row.refers_to] = fact.key
        left = self._left[row.refers_to]
        if left == NEW:
            return before  # the other device had renamed it before
        if before == NEW:
            return left
        return self._told_again(fact)  # both ids were answered in between

    def _moved_back(self, row: _Row, half: _Fact, before: State) -> State:
        """The state after one half of a renaming is taken back; the second half comes first."""
        first = half if half in self._left else self._former[half.key].pop(half)
        left, others = self._left[first], self._former.get(self._went.get(first, half.key), {})
        for other in others.values():
            if other.key == first.key and NEW in (left, self._left[other]):
                return before  # the other device has renamed it, too
        if half is not first or first in self._unchanged:
            fitting = [after for known, after in row.versions if known == before]
            if fitting:
                return fitting[0]
        if half is first and before == NEW != left:
            return left
        return self._told_again(row.fact)

    def _told_again(self, fact: _Fact) -> State:
        """The state of an item by all its rows so far, those under former ids included."""
        state = Schedule(fact.item, ItemKind(fact.kind))
        met = 0
        for row in self._standing(fact):
            if not 0 < _revision_called_for(row) <= met:
                state = self._applied(row, state)
            met = max(met, _revision(row))
        return state_values(state)

    def _standing(self, fact: _Fact) -> list[_Row]:
        """All rows of an item so far that are not undone, those under former ids included."""
        keys = [fact.key]
        while renamings := self._former.get(keys[-1]):
            former = [*renamings.values()][-1].key
            if former in keys:
                break
            keys.append(former)
        rows = dict(numbered for key in keys for numbered in self._rows.get(key, ()))
        return [row for _, row in sorted(rows.items()) if row.fact not in self._undone]

    def _applied(self, row: _Row, state: Schedule) -> Schedule:
        """What a row makes of a state; rows about other rows change nothing by themselves."""
        fact = row.fact
        if fact.rating is not None:
            return self._replay.review(state, Rating(fact.rating), from_micros(fact.at))
        if fact.trigger == Trigger.BROUGHT_FORWARD:
            if _revision(row) and state.phase is Phase.NEW:
                return state  # what was never learned is just new
            return self._replay.bring_forward(state, from_micros(fact.at))
        if fact.trigger == Trigger.RESET:
            return as_new(state)
        if fact.trigger == Trigger.MOVED and fact.drawn is not None:
            return moved_to(state, from_micros(json.loads(fact.drawn)["due"]))
        if fact.trigger == Trigger.STATE:
            before, after = (state_from(*fact.key, each) for each in row.versions[0])
            if before.suspended != after.suspended:
                state = state._replace(suspended=after.suspended)
            if before.buried_until != after.buried_until:
                state = state._replace(buried_until=after.buried_until)
            if before.flag != after.flag:
                state = state._replace(flag=after.flag)
        return state


def _revision(row: _Row) -> int:
    """The revision of its note that a card was answered with, or brought forward for; 0 for none.

    As `revisions.met` reads it.
    """
    fact = row.fact
    if fact.drawn is None or fact.trigger not in (Trigger.ANSWER, Trigger.BROUGHT_FORWARD):
        return 0
    found = json.loads(fact.drawn)
    rev = found.get(REVISION) if isinstance(found, dict) else None
    return rev if type(rev) is int else 0


def _revision_called_for(row: _Row) -> int:
    """The revision that a card was brought forward for; 0 for every other row."""
    return _revision(row) if row.fact.trigger == Trigger.BROUGHT_FORWARD else 0


def _write(database: Database, union: list[_Row]) -> None:
    """Put the union in the place of the log.

    Inside a transaction, so the triggers that keep the log append-only are only ever gone together
    with the old log.
    """
    guards = database.rows(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'reviews'"
    )
    for name, _ in guards:
        database.write(f"DROP TRIGGER {name}")
    database.write("DELETE FROM reviews")
    numbers: dict[_Fact, int] = {}
    groups: dict[tuple[int, int], int] = {}
    marks = ", ".join("?" * len(REVIEW_COLUMNS.split(", ")))
    for number, row in enumerate(union, start=1):
        fact, (before, after) = row.fact, row.versions[0]
        numbers[fact] = number
        database.write(
            f"INSERT INTO reviews ({REVIEW_COLUMNS}) VALUES ({marks})",
            number,
            fact.kind,
            fact.item,
            fact.trigger,
            fact.rating,
            fact.at,
            fact.study_day,
            fact.answer_ms,
            fact.drawn,
            groups.setdefault(row.group, number),
            None if row.refers_to is None else numbers[row.refers_to],
            *before,
            *after,
        )
    for _, sql in guards:
        database.write(sql)


def _unite(database: Database, other: Database, table: str, order: str) -> int:
    """Write the union of a table in the order of `order`; returns how many rows came in."""
    columns = [name for (name,) in database.rows(f"SELECT name FROM pragma_table_info('{table}')")]
    names = ", ".join(name for name in columns if name != "id")
    if table == "submissions":
        for row in other.rows("SELECT sha256, source FROM sources"):
            database.write("INSERT INTO sources VALUES (?, ?) ON CONFLICT DO NOTHING", *row)
    ours, theirs = (
        Counter(each.rows(f"SELECT {names} FROM {table}")) for each in (database, other)
    )
    coming = theirs - ours
    if not coming:
        return 0
    every: list[Any] = list((ours | theirs).elements())
    database.write(f"DELETE FROM {table}")
    places = [names.split(", ").index(name) for name in order.split(", ")]
    for row in sorted(every, key=lambda row: ([row[place] for place in places], repr(row))):
        database.write(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", *row)
    return coming.total()


def _unite_settings(database: Database, other: Database, ours: int, theirs: int) -> None:
    """Take over what only the other has, and everything if it was used last."""
    kept, coming = (
        dict(each.rows("SELECT key, value FROM settings")) for each in (database, other)
    )
    newest = (theirs, sorted(coming.items())) > (ours, sorted(kept.items()))
    for key, value in coming.items():
        if newest or key not in kept:
            database.write("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", key, value)
