"""What the learner decides of many items at once. Owns writing it as one group, and taking it back.

`log.undo` takes answers back, and what the learner did to schedules; being suspended, buried or
flagged outlasts it. Here a group is taken back by its first row, whatever has been done since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from quizapp.domain.memory import Review, Schedule, Trigger
from quizapp.errors import StaleReviewError
from quizapp.store import log, schedules
from quizapp.store.database import Database
from quizapp.store.rows import REVIEW_COLUMNS, review_from, to_micros

_STANDING = (
    "NOT EXISTS "
    "(SELECT 1 FROM reviews AS later WHERE later.refers_to = reviews.id AND later.trigger = 'undo')"
)
_LASTING = ", ".join(f"'{trigger}'" for trigger in (Trigger.STATE, Trigger.RENAMED, Trigger.UNDO))


def change_states(database: Database, changed: Sequence[Schedule], now: datetime) -> list[Review]:
    """Log and store schedules that differ in what the learner decides, as one group.

    Returns the rows written; none for a schedule that is as it was.
    """
    with database.transaction():
        group = log._next_id(database)
        written = []
        for after in changed:
            before = schedules.get(database, after.kind, after.item)
            if before != after:
                row = log._own_row(Trigger.STATE, before, after, now)
                written.append(log._append(database, row, group))
        return written


def undo(database: Database, first: Review, now: datetime) -> int:
    """Take back what was written together with `first`.

    Args:
        database: the learner's.
        first: as it was returned when it was written.
        now: aware.

    Returns:
        How many items it was about.

    Raises:
        StaleReviewError: it is taken back already, or it is a matter of schedules and an item was
            answered since; nothing has been written.
    """
    with database.transaction():
        rows = database.rows(
            f"SELECT {REVIEW_COLUMNS} FROM reviews WHERE (id = ?1 OR grp = ?1 AND grp <> id) "
            f"AND {_STANDING} AND trigger <> 'undo' AND EXISTS (SELECT 1 FROM reviews AS head "
            "WHERE head.id = ?1 AND head.at = ?2 AND head.item = ?3) ORDER BY id DESC",
            first.id,
            to_micros(first.at),
            first.item,
        )
        if not rows:
            raise StaleReviewError(
                first.item, "that is taken back already", "look at the card: it is as it is shown"
            )
        undone = [review_from(row) for row in rows]
        own = log._next_id(database)
        for review in undone:
            if first.trigger is Trigger.STATE:
                _undecide(database, review, now, own)
            else:
                _refuse_what_went_on(database, review, first.id)
                log._take_back(database, review, now, own)
        return len({(review.kind, review.item) for review in undone})


def _refuse_what_went_on(database: Database, review: Review, group: int) -> None:
    """Refuse where the item was answered or rescheduled after `review`, in another group."""
    later = database.row(
        "SELECT 1 FROM reviews WHERE kind = ? AND item = ? AND id > ? AND grp <> ? "
        f"AND trigger NOT IN ({_LASTING}) AND {_STANDING} LIMIT 1",
        review.kind.value,
        review.item,
        review.id,
        group,
    )
    if later is not None:
        raise StaleReviewError(
            review.item,
            "it was answered or rescheduled after that",
            "take that back first, by quizapp undo",
        )


def _undecide(database: Database, review: Review, now: datetime, group: int) -> None:
    """Take back what a STATE row decided, unless it has been decided anew since."""
    item = log._present_id(database, review)
    current = restored = schedules.get(database, review.kind, item)
    before, after = review.before, review.after
    if before.suspended != after.suspended == current.suspended:
        restored = replace(restored, suspended=before.suspended)
    if before.buried_until != after.buried_until == current.buried_until:
        restored = replace(restored, buried_until=before.buried_until)
    if before.flag != after.flag == current.flag:
        restored = replace(restored, flag=before.flag)
    row = log._own_row(Trigger.UNDO, current, restored, now)
    log._append(database, row, group, refers_to=review.id)
