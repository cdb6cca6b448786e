"""The append-only log of reviews. Owns writing, undoing and following it; the log is the truth.

Every change of a schedule is a row that holds the state before and after, so the last row of an
item says what its schedule is, whatever has happened to the cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from quizapp.clock import study_day
from quizapp.domain.history import MATURE_DAYS, AnsweredOn
from quizapp.domain.memory import ItemKind, Phase, Review, Schedule, Trigger
from quizapp.errors import StaleReviewError
from quizapp.store import rollup, schedules
from quizapp.store.database import Database
from quizapp.store.rows import (
    REVIEW_COLUMNS,
    review_from,
    review_values,
    to_micros,
)

RECORDED = (Trigger.ANSWER, Trigger.SUBMISSION, Trigger.BROUGHT_FORWARD)
RATED = (Trigger.ANSWER, Trigger.SUBMISSION)
RESCHEDULED = (Trigger.RESET, Trigger.MOVED)
"""What the learner does to schedules without answering; `undo` takes it back like an answer."""

_KINDS_RECORDED = ", ".join(f"'{trigger}'" for trigger in RECORDED)
_KINDS_UNDONE = ", ".join(f"'{trigger}'" for trigger in (*RECORDED, *RESCHEDULED))
NOT_UNDONE = (
    "NOT EXISTS "
    "(SELECT 1 FROM reviews AS later WHERE later.refers_to = reviews.id AND later.trigger = 'undo')"
)
_STANDING = f"trigger IN ({_KINDS_RECORDED}) AND {NOT_UNDONE}"
_NEWEST = f"trigger IN ({_KINDS_UNDONE}) AND {NOT_UNDONE}"
# A card that its author has changed comes early by no doing of the learner's.
_LEARNERS = f"{_NEWEST} AND NOT (trigger = '{Trigger.BROUGHT_FORWARD}' AND drawn IS NOT NULL)"
# What a review brings about goes with it: the leech that it suspends, the siblings that it buries.
_UNDOABLE = f"trigger IN ({_KINDS_UNDONE}, '{Trigger.STATE}') AND {NOT_UNDONE}"
_CREDIT = f"(kind = '{ItemKind.CARD}' AND trigger = '{Trigger.SUBMISSION}')"
_INSERT = (
    f"INSERT INTO reviews ({REVIEW_COLUMNS}) "
    f"VALUES ({', '.join('?' * len(REVIEW_COLUMNS.split(', ')))})"
)
_PAGE = 1000


def record(database: Database, reviews: Sequence[Review]) -> list[Review]:
    """Append reviews that belong together, with their schedules and day counts; all or nothing.

    After the first one, rows of trigger STATE may stand for what the review has as consequence.

    Raises:
        StaleReviewError: `before` of one of them is not what is stored any more.
        ValueError: a review contradicts itself.
    """
    for place, review in enumerate(reviews):
        _check(review, consequence=place > 0)
    with database.transaction():
        group = _next_id(database)
        recorded = []
        for review in reviews:
            stored = schedules.get(database, review.kind, review.item)
            if stored != review.before:
                raise StaleReviewError(
                    review.item,
                    "it was answered in another window since it was shown",
                    "look at it again and answer it there or here",
                )
            recorded.append(_append(database, review, group))
            rollup.add(database, review)
        return recorded


def undo(database: Database, now: datetime) -> Review | None:
    """Take back the newest review, reset or move that stands, with all that was written with it.

    Returns the first row of what was taken back, None if nothing is left. What has been suspended,
    buried or flagged since, stays so; cards that their author has changed stay brought forward.
    """
    with database.transaction():
        sql = f"SELECT grp FROM reviews WHERE {_LEARNERS} ORDER BY id DESC LIMIT 1"
        newest = database.row(sql)
        if newest is None:
            return None
        rows = database.rows(
            f"SELECT {REVIEW_COLUMNS} FROM reviews "
            f"WHERE (id = ?1 OR grp = ?1 AND grp <> id) AND {_UNDOABLE} ORDER BY id DESC",
            newest[0],
        )
        group = _next_id(database)
        undone = [review_from(row) for row in rows]
        for review in undone:
            _take_back(database, review, now, group)
        return undone[-1]


def rename(database: Database, kind: ItemKind, old: str, new: str, now: datetime) -> bool:
    """Move the schedule of `old` to `new`; both ids' rows make up the history from then on.

    Returns False, and does nothing, where `old` has no schedule or `new` has one already.
    """
    with database.transaction():
        before = schedules.get(database, kind, old)
        target = schedules.get(database, kind, new)
        if old == new or before == Schedule(old, kind) or target != Schedule(new, kind):
            return False
        group = _next_id(database)
        left = _append(database, _own_row(Trigger.RENAMED, before, Schedule(old, kind), now), group)
        moved = _own_row(Trigger.RENAMED, target, replace(before, item=new), now)
        _append(database, moved, group, refers_to=left.id)
        return True


def standing(
    database: Database,
    kind: ItemKind | None = None,
    item: str | None = None,
    since: datetime | None = None,
    *,
    rescheduled: bool = False,
) -> Iterator[Review]:
    """Reviews that were not undone, oldest first; of `item` also those under its former ids.

    With `rescheduled` also what the learner did to schedules without answering.
    """
    where, values = [_NEWEST if rescheduled else _STANDING], list[object]()
    if kind is not None:
        # With `+` only the items' index is out of the running: without an item it would find the
        # whole kind for each page, and sort it.
        where.append("kind = ?" if item is not None else "+kind = ?")
        values.append(kind.value)
    if item is not None:
        names = _former_ids(database, item)
        where.append(f"item IN ({', '.join('?' * len(names))})")
        values += names
    if since is not None:
        where.append("at >= ?")
        values.append(to_micros(since))
    return _pages(database, " AND ".join(where), values)


def last_answered(database: Database) -> str:
    """The card whose answer is the newest that was not undone; empty when there is none."""
    row = database.row(
        f"SELECT item FROM reviews WHERE trigger = '{Trigger.ANSWER}' "
        f"AND +kind = '{ItemKind.CARD}' AND {NOT_UNDONE} ORDER BY id DESC LIMIT 1"
    )
    return "" if row is None else str(row[0])


def standing_answers(database: Database) -> list[Any]:
    """What the answers that were not undone come to, for each way of being counted.

    Study day, kind, rating, phase before, whether the memory was mature; how many, and answer_ms of
    all together.

    Without credit, which is no answer.
    """
    return database.rows(
        f"SELECT study_day, kind, rating, was_phase, ifnull(was_stability >= {MATURE_DAYS}, 0), "
        "count(*), sum(ifnull(answer_ms, 0)) FROM reviews "
        f"WHERE rating IS NOT NULL AND NOT {_CREDIT} AND {_STANDING} GROUP BY 1, 2, 3, 4, 5"
    )


def histories(database: Database, kind: ItemKind) -> dict[str, list[AnsweredOn]]:
    """Each answer, or credit, that was not undone, by item, oldest first; since the last reset."""
    present = present_ids(database, kind)
    found: dict[str, list[AnsweredOn]] = {}
    for item, day, rating, credit in database.rows(
        f"SELECT item, study_day, rating, {_CREDIT} FROM reviews "
        f"WHERE (rating IS NOT NULL OR trigger = '{Trigger.RESET}') AND kind = ? AND {_NEWEST} "
        "ORDER BY id",
        kind.value,
    ):
        if rating is None:
            found.pop(present.get(item, item), None)
            continue
        answer = AnsweredOn(date.fromisoformat(day), rating, bool(credit))
        found.setdefault(present.get(item, item), []).append(answer)
    return found


def everything(database: Database) -> Iterator[Review]:
    """Every row of the log, oldest first."""
    return _pages(database, "TRUE", [])


def _check(review: Review, *, consequence: bool) -> None:
    before, after = review.before, review.after
    owners = {(review.kind, review.item), (before.kind, before.item), (after.kind, after.item)}
    if len(owners) > 1:
        raise ValueError(f"review of {review.item}: its states are of another item")
    own = review.trigger not in (*RECORDED, *RESCHEDULED)
    if own and not (consequence and review.trigger is Trigger.STATE):
        raise ValueError(f"review of {review.item}: {review.trigger} rows are the store's own")
    if (review.rating is not None) != (review.trigger in RATED):
        raise ValueError(f"review of {review.item}: {review.trigger} with rating {review.rating}")
    if review.trigger in RATED and after.phase is Phase.NEW:
        raise ValueError(f"review of {review.item}: it cannot be new after an answer")


def _next_id(database: Database) -> int:
    (newest,) = database.row("SELECT ifnull(max(id), 0) FROM reviews")
    return int(newest) + 1


def _append(database: Database, review: Review, group: int, refers_to: int | None = None) -> Review:
    number = database.write(_INSERT, *review_values(review, None, group, refers_to))
    schedules.put(database, review.after)
    return replace(review, id=number)


def _own_row(trigger: Trigger, before: Schedule, after: Schedule, now: datetime) -> Review:
    """A row that the store writes by itself: no rating, counted nowhere."""
    day: date = study_day(now)
    return Review(0, after.item, after.kind, trigger, None, now, day, before, after)


def _take_back(database: Database, review: Review, now: datetime, group: int) -> None:
    item = _present_id(database, review)
    current = schedules.get(database, review.kind, item)
    restored = replace(review.before, item=item)
    if current != replace(review.after, item=item):
        # Later reviews are undone already, so it is the learner's own decision that differs.
        restored = replace(
            restored,
            suspended=current.suspended,
            buried_until=current.buried_until,
            flag=current.flag,
        )
    row = _own_row(Trigger.UNDO, current, restored, now)
    _append(database, row, group, refers_to=review.id)
    rollup.add(database, review, sign=-1)


def _present_id(database: Database, review: Review) -> str:
    """What the item of a row is called today."""
    item, after = review.item, review.id
    while moved := database.row(
        "SELECT new.item, new.id FROM reviews AS old JOIN reviews AS new "
        "ON new.refers_to = old.id AND new.trigger = 'renamed' "
        "WHERE old.kind = ? AND old.item = ? AND old.id > ? ORDER BY new.id LIMIT 1",
        review.kind.value,
        item,
        after,
    ):
        item, after = moved
    return str(item)


def present_ids(database: Database, kind: ItemKind) -> dict[str, str]:
    """Former id -> what its item is called today."""
    moves = database.rows(
        "SELECT old.item, new.item FROM reviews AS new CROSS JOIN reviews AS old "
        "ON new.refers_to = old.id WHERE +new.kind = ? AND new.trigger = 'renamed' "
        "AND new.refers_to IS NOT NULL ORDER BY +new.id",  # so spelled, it is read from an index
        kind.value,
    )
    present: dict[str, str] = {}
    for old, new in reversed(moves):
        present[old] = present.get(new, new)
    return present


def _former_ids(database: Database, item: str) -> list[str]:
    """`item` and all ids that it had before."""
    names = [item]
    for name in names:  # grows while it is read
        for (former,) in database.rows(
            "SELECT old.item FROM reviews AS new JOIN reviews AS old ON new.refers_to = old.id "
            "WHERE new.item = ? AND new.trigger = 'renamed'",
            name,
        ):
            if former not in names:
                names.append(former)
    return names


def _pages(database: Database, where: str, values: Sequence[object]) -> Iterator[Review]:
    """Rows in pages, so that no cursor stays open while the caller writes."""
    last = 0
    while rows := database.rows(
        f"SELECT {REVIEW_COLUMNS} FROM reviews WHERE id > ? AND {where} ORDER BY id LIMIT {_PAGE}",
        last,
        *values,
    ):
        yield from map(review_from, rows)
        last = rows[-1][0]
