"""What the learner decides of many items at once. Owns writing it as one group, and taking it back.

`log.undo` takes back what was done last. Here a group is taken back by its first row, whatever has
been done since.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from quizapp.domain.memory import Review, Schedule, Trigger
from quizapp.errors import StaleReviewError
from quizapp.store import log
from quizapp.store.database import Database
from quizapp.store.rows import to_micros


def change_states(
    database: Database, changes: Iterable[tuple[Schedule, Schedule]], now: datetime
) -> tuple[int, Review | None]:
    """Log and store schedules that differ in what the learner decides, as one group.

    Args:
        database: the learner's.
        changes: schedules before, as read inside the transaction that this is part of, and after;
            each item once.
        now: aware.

    Returns:
        How many differ, and the first row written; None where none does.
    """
    rows = [Review.of(Trigger.STATE, *states, now) for states in changes if states[0] != states[1]]
    if not rows:
        return 0, None
    with database.transaction():
        first = log.append(database, rows[0])
        log.append_more(database, rows[1:], first.id)
    return len(rows), first


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
        head = database.row(
            "SELECT 1 FROM reviews WHERE id = ? AND at = ? AND item = ?",
            first.id,
            to_micros(first.at),
            first.item,
        )
        undone = log.take_back(database, first.id, now) if head else []
        if not undone:
            raise StaleReviewError(
                first.item, "that is taken back already", "look at the card: it is as it is shown"
            )
        for review in undone:
            # What an answer has hidden besides bears on no schedule.
            if review.trigger is not Trigger.STATE:
                _refuse_what_went_on(database, review, first.id)
        return len({(review.kind, review.item) for review in undone})


def _refuse_what_went_on(database: Database, review: Review, group: int) -> None:
    """Refuse where the item was answered or rescheduled after `review`, in another group."""
    later = database.row(
        "SELECT 1 FROM reviews WHERE kind = ? AND item = ? AND id > ? AND grp <> ? "
        f"AND {log.RESCHEDULING} LIMIT 1",
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
