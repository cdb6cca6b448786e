"""The append-only log of reviews. Owns writing, undoing and following it; the log is the truth.

Every change of a schedule is a row that holds the state before and after, so the last row of an
item says what its schedule is, whatever has happened to the cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from quizapp.domain.cards import Drawn
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
"""What the learner does to schedules without answering."""

_KINDS_RECORDED = ", ".join(f"'{trigger}'" for trigger in RECORDED)
_KINDS_RESCHEDULED = ", ".join(f"'{trigger}'" for trigger in (*RECORDED, *RESCHEDULED))
NOT_UNDONE = (
    "NOT EXISTS "
    "(SELECT 1 FROM reviews AS later WHERE later.refers_to = reviews.id AND later.trigger = 'undo')"
)
_NOT_UNDONE_NEW = NOT_UNDONE.replace("reviews.id", "new.id")
_STANDING = f"trigger IN ({_KINDS_RECORDED}) AND {NOT_UNDONE}"
RESCHEDULING = f"reviews.trigger IN ({_KINDS_RESCHEDULED}) AND {NOT_UNDONE}"
"""Rows of `reviews` that changed a schedule, more than its marks, and stand."""
_BY_LEARNER: dict[str, Drawn] = {"by": "learner"}
"""What the rows of a renaming keep that is no author's doing; those of an author keep nothing."""

# What an author has renamed would be renamed again at the next start.
_UNDOABLE = (
    f"trigger <> '{Trigger.UNDO}' AND NOT (trigger = '{Trigger.RENAMED}' AND drawn IS NULL) "
    f"AND {NOT_UNDONE}"
)
# A card that its author has changed comes early by no doing of the learner's.
LEARNERS = f"{_UNDOABLE} AND NOT (trigger = '{Trigger.BROUGHT_FORWARD}' AND drawn IS NOT NULL)"
"""Rows of `reviews` that the learner caused, and that stand."""
_NEWEST_GROUP = f"SELECT grp FROM reviews WHERE {LEARNERS} ORDER BY id DESC LIMIT 1"
_OF_GROUP = (
    f"SELECT {REVIEW_COLUMNS} FROM reviews "
    f"WHERE (id = ?1 OR grp = ?1 AND grp <> id) AND {_UNDOABLE} ORDER BY id DESC"
)
_CREDIT = f"(kind = '{ItemKind.CARD}' AND trigger = '{Trigger.SUBMISSION}')"
# A row without a group begins one: it gets its own number, which SQLite makes the next one.
_INSERT = (
    f"INSERT INTO reviews ({REVIEW_COLUMNS}) VALUES ("
    + ", ".join(
        "ifnull(?, (SELECT ifnull(max(id), 0) + 1 FROM reviews))" if column == "grp" else "?"
        for column in REVIEW_COLUMNS.split(", ")
    )
    + ")"
)
_PAGE = 1000

T = TypeVar("T")


def record(database: Database, reviews: Sequence[Review], *, sure: bool = False) -> list[Review]:
    """Append reviews that belong together, with their schedules and day counts; all or nothing.

    After the first one, rows of trigger STATE may stand for what the review has as consequence.

    Args:
        database: the learner's.
        reviews: the rows to append.
        sure: `before` of each was read inside the transaction that this is part of.

    Raises:
        StaleReviewError: `before` of one of them is not what is stored any more.
        ValueError: a review contradicts itself.
    """
    for place, review in enumerate(reviews):
        _check(review, consequence=place > 0)
    with database.transaction():
        recorded: list[Review] = []
        for review in reviews:
            if not sure and schedules.get(database, review.kind, review.item) != review.before:
                raise StaleReviewError(
                    review.item,
                    "it was answered in another window since it was shown",
                    "look at it again and answer it there or here",
                )
            recorded.append(append(database, review, recorded[0].id if recorded else None))
            rollup.add(database, review)
        return recorded


def undo(database: Database, now: datetime) -> Review | None:
    """Take back what the learner did last and still stands, with all that was written with it.

    That is an answer, a submission, a reset, a move, a history handed over, or what was suspended,
    buried or flagged. Cards that their author has changed stay brought forward, or renamed.

    Returns:
        The first row of what was taken back, None if nothing is left.
    """
    with database.transaction():
        newest = database.row(_NEWEST_GROUP)
        return None if newest is None else take_back(database, newest[0], now)[-1]


def items_with(database: Database, first: Review) -> int:
    """How many items the rows are about that were written together with `first`."""
    (count,) = database.row(
        "SELECT count(DISTINCT item) FROM reviews WHERE id = ?1 OR grp = ?1 AND grp <> id", first.id
    )
    return int(count)


def rename(
    database: Database,
    kind: ItemKind,
    old: str,
    new: str,
    now: datetime,
    *,
    by_learner: bool = False,
) -> bool:
    """Move the schedule of `old` to `new`; both ids' rows make up the history from then on.

    `undo` takes it back only when it was the learner's doing. Returns False, and does nothing,
    where `old` has no schedule or `new` has one already.
    """
    with database.transaction():
        before = schedules.get(database, kind, old)
        target = schedules.get(database, kind, new)
        if old == new or before == Schedule(old, kind) or target != Schedule(new, kind):
            return False
        whose = _BY_LEARNER if by_learner else None
        leaving = Review.of(Trigger.RENAMED, before, Schedule(old, kind), now, drawn=whose)
        left = append(database, leaving)
        moved = Review.of(Trigger.RENAMED, target, before._replace(item=new), now, drawn=whose)
        append(database, moved, left.id, refers_to=left.id)
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
    where, values = [RESCHEDULING if rescheduled else _STANDING], list[object]()
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
        f"WHERE (rating IS NOT NULL OR trigger = '{Trigger.RESET}') AND kind = ? "
        f"AND {RESCHEDULING} ORDER BY id",
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


def append(
    database: Database, review: Review, group: int | None = None, refers_to: int | None = None
) -> Review:
    """Write a row and the schedule after it; inside a transaction. Returns it with its id.

    Args:
        database: the learner's.
        review: the row; its id does not count.
        group: the id of the first row that belongs together with it; None for a group of its own.
        refers_to: the id of the row that it takes back, or of the one that a rename leaves.
    """
    number = database.write(_INSERT, *review_values(review, None, group, refers_to))
    schedules.put(database, review.after)
    return review._replace(id=number)


def append_more(database: Database, reviews: Sequence[Review], group: int) -> None:
    """Write rows of a group that begins already, each of another item; inside a transaction."""
    for start in range(0, len(reviews), _PAGE):
        some = reviews[start : start + _PAGE]
        rows = (review_values(review, None, group, None) for review in some)
        database.write_many(_INSERT, rows)
        schedules.put_all(database, [review.after for review in some])


def take_back(database: Database, group: int, now: datetime) -> list[Review]:
    """Take back what stands of a group of rows; inside a transaction.

    What has been suspended, buried or flagged since, stays so.

    Returns:
        The rows taken back, newest first; none where none stands.
    """
    undone = [review_from(row) for row in database.rows(_OF_GROUP, group)]
    own: int | None = None
    for review in undone:
        current = schedules.get(database, review.kind, review.item)
        if current.phase is Phase.NEW or current != review.after:  # else it is called as it was
            current = schedules.get(database, review.kind, _present_id(database, review))
        row = Review.of(Trigger.UNDO, current, _restored(review, current), now)
        number = append(database, row, own, refers_to=review.id).id
        own = own or number
        rollup.add(database, review, sign=-1)
    return undone


def _restored(review: Review, current: Schedule) -> Schedule:
    """The state of an item once a row about it is taken back: what was decided since stays."""
    was, became = review.before, review.after
    former = current if review.trigger is Trigger.STATE else was

    def mark(was: T, became: T, now: T) -> T:
        return was if was != became == now else now

    return former._replace(
        item=current.item,
        suspended=mark(was.suspended, became.suspended, current.suspended),
        buried_until=mark(was.buried_until, became.buried_until, current.buried_until),
        flag=mark(was.flag, became.flag, current.flag),
    )


def _present_id(database: Database, review: Review) -> str:
    """What the item of a row is called today."""
    item, after = review.item, review.id
    while moved := database.row(
        "SELECT new.item, new.id FROM reviews AS old JOIN reviews AS new "
        "ON new.refers_to = old.id AND new.trigger = 'renamed' "
        f"WHERE old.kind = ? AND old.item = ? AND old.id > ? AND {_NOT_UNDONE_NEW} "
        "ORDER BY new.id LIMIT 1",
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
        f"AND new.refers_to IS NOT NULL AND {_NOT_UNDONE_NEW} "
        "ORDER BY +new.id",  # so spelled, it is read from an index
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
            f"WHERE new.item = ? AND new.trigger = 'renamed' AND {_NOT_UNDONE_NEW}",
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
