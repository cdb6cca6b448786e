"""What each study day came to. Owns how an answer is counted; a cache of the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from operator import attrgetter

from quizapp.domain.history import MATURE_DAYS, Day, DayCounts
from quizapp.domain.memory import ItemKind, Phase, Rating, Review
from quizapp.store.database import Database
from quizapp.store.rows import DAY_COLUMNS, day_from

_COUNTS = tuple(field.name for field in fields(Day))[2:]
_counts_of = attrgetter(*_COUNTS)
_SUMS = ", ".join(f"{count} = {count} + excluded.{count}" for count in _COUNTS)
_ADD = (
    f"INSERT INTO days ({DAY_COLUMNS}) VALUES ({', '.join('?' * (len(_COUNTS) + 2))}) "
    f"ON CONFLICT (day, kind) DO UPDATE SET {_SUMS}"
)


def of_review(review: Review) -> Day:
    """What one review adds to its day; nothing for a row that is not an answer."""
    rating, before = review.rating, review.before
    if rating is None:
        return Day(review.study_day, review.kind)
    recalled = rating is not Rating.AGAIN
    known = before.phase is Phase.REVIEW
    mature = known and before.memory is not None and before.memory.stability >= MATURE_DAYS
    young = known and not mature
    return Day(
        review.study_day,
        review.kind,
        new=before.phase is Phase.NEW,
        reviews=known,
        again=rating is Rating.AGAIN,
        hard=rating is Rating.HARD,
        good=rating is Rating.GOOD,
        easy=rating is Rating.EASY,
        young=young,
        young_recalled=young and recalled,
        mature=mature,
        mature_recalled=mature and recalled,
        answer_ms=review.answer_ms or 0,
    )


def add(database: Database, review: Review, sign: int = 1) -> None:
    """Count a review on its day, or with `sign` -1 take it back. Inside a transaction."""
    if review.rating is None:
        return
    counts = _counts_of(of_review(review))
    database.write(
        _ADD,
        review.study_day.isoformat(),
        review.kind.value,
        *(sign * int(count) for count in counts),
    )


def since(database: Database, day: date) -> list[Day]:
    """All days from `day` on, oldest first, that have an answer left."""
    rows = database.rows(
        f"SELECT {DAY_COLUMNS} FROM days WHERE day >= ? ORDER BY day, kind", day.isoformat()
    )
    return [found for found in map(day_from, rows) if found.answers]


def counts_on(database: Database, day: date, kind: ItemKind) -> DayCounts:
    """What of the daily limits has been used."""
    row = database.row(
        "SELECT new, reviews FROM days WHERE day = ? AND kind = ?", day.isoformat(), kind.value
    )
    return DayCounts(*row) if row else DayCounts()


def summed(reviews: Iterable[Review]) -> dict[tuple[date, ItemKind], Day]:
    """The days that `reviews` add up to."""
    totals: dict[tuple[date, ItemKind], list[int]] = {}
    for review in reviews:
        if review.rating is not None:
            counts = _counts_of(of_review(review))
            total = totals.setdefault((review.study_day, review.kind), [0] * len(_COUNTS))
            total[:] = [so_far + int(count) for so_far, count in zip(total, counts, strict=True)]
    return {key: Day(*key, *total) for key, total in totals.items()}


def replace_all(database: Database, days: Iterable[Day]) -> None:
    """Put `days` in the place of all that is stored. Inside a transaction."""
    database.write("DELETE FROM days")
    for entry in days:
        database.write(_ADD, entry.day.isoformat(), entry.kind.value, *_counts_of(entry))
