"""What each study day came to. Owns how an answer is counted; a cache of the log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from operator import attrgetter

from quizapp.domain.history import MATURE_DAYS, Day, DayCounts
from quizapp.domain.memory import ItemKind, Phase, Rating, Review
from quizapp.store.database import Database
from quizapp.store.rows import DAY_COLUMNS, day_from

_COUNTS = Day._fields[2:]
_NEW, _REVIEWS, _YOUNG, _MATURE, _ANSWER_MS = map(
    _COUNTS.index, ("new", "reviews", "young", "mature", "answer_ms")
)
_BY_RATING = _COUNTS.index("again") - Rating.AGAIN
_counts_of = attrgetter(*_COUNTS)
_SUMS = ", ".join(f"{count} = {count} + excluded.{count}" for count in _COUNTS)
_ADD = (
    f"INSERT INTO days ({DAY_COLUMNS}) VALUES ({', '.join('?' * (len(_COUNTS) + 2))}) "
    f"ON CONFLICT (day, kind) DO UPDATE SET {_SUMS}"
)


def of_answer(
    rating: Rating, before: Phase, stability: float | None, answer_ms: int | None
) -> tuple[int, ...]:
    """What one answer adds to its day, in the order of the counts of `Day`.

    Args:
        rating: the answer.
        before: the phase that the item was in.
        stability: of the memory before, in days; None where there was none.
        answer_ms: as in `Review`.
    """
    known = before is Phase.REVIEW
    mature = known and stability is not None and stability >= MATURE_DAYS
    counts = [0] * len(_COUNTS)
    counts[_NEW] = before is Phase.NEW
    counts[_REVIEWS] = known
    counts[_BY_RATING + rating] = 1
    if known:
        group = _MATURE if mature else _YOUNG
        counts[group] = 1
        counts[group + 1] = rating is not Rating.AGAIN
    counts[_ANSWER_MS] = answer_ms or 0
    return tuple(map(int, counts))


def add(database: Database, review: Review, sign: int = 1) -> None:
    """Count a review on its day, or with `sign` -1 take it back. Inside a transaction."""
    if review.rating is None or review.credit:
        return
    memory = review.before.memory
    counts = of_answer(
        review.rating,
        review.before.phase,
        memory.stability if memory else None,
        review.answer_ms,
    )
    if sign < 0:
        counts = tuple(-count for count in counts)
    database.write(_ADD, review.study_day.isoformat(), review.kind.value, *counts)


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


def summed(
    rows: Iterable[tuple[str, str, int, str, int, int, int]],
) -> dict[tuple[date, ItemKind], Day]:
    """The days that answers add up to.

    Args:
        rows: as `log.standing_answers` gives them.
    """
    totals: dict[tuple[str, str], list[int]] = {}
    for day, kind, rating, phase, mature, answers, answer_ms in rows:
        counts = of_answer(Rating(rating), Phase(phase), MATURE_DAYS * mature, None)
        total = totals.setdefault((day, kind), [0] * len(_COUNTS))
        total[:] = (sum_ + answers * count for sum_, count in zip(total, counts, strict=True))
        total[_ANSWER_MS] += answer_ms
    days = (day_from((*key, *total)) for key, total in totals.items())
    return {(day.day, day.kind): day for day in days}


def replace_all(database: Database, days: Iterable[Day]) -> None:
    """Put `days` in the place of all that is stored. Inside a transaction."""
    database.write("DELETE FROM days")
    for entry in days:
        database.write(_ADD, entry.day.isoformat(), entry.kind.value, *_counts_of(entry))
