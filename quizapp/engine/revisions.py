"""Cards that their author has changed since they were learned: asked once more, early.

Owns when to look for them and the rows that say so. Leaves what coming forward is to
`study.exercises`, what was met to the store, and which cards were changed to the course.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from quizapp.domain.memory import REVISION, Review, Trigger
from quizapp.errors import BusyError

if TYPE_CHECKING:
    from quizapp.domain.cards import Drawn
    from quizapp.domain.course import Course
    from quizapp.engine.base import Workplace

_LOOKED = "changed cards"


def met_with(drawn: Mapping[str, Drawn], rev: int) -> dict[str, Drawn] | None:
    """What to log with an answer: its drawn values and the revision; None for nothing."""
    return {**drawn, **({REVISION: rev} if rev > 1 else {})} or None


def bring_changed_forward(desk: Workplace) -> None:
    """Make cards due whose author has changed them since they were last asked; each once.

    Learned cards only, and neither suspended nor buried ones: these wait until they are back. Looks
    once for each course, study day and state of the data; an answer is none of these. While another
    process writes nothing is done: it is looked for again after that.

    Raises:
        StoreError: the database cannot be read or written.
        CourseError: a changed note is gone since the course was opened.
    """

    def look() -> tuple[Course, date]:
        with suppress(BusyError):
            _bring_forward(desk)
        return desk.course, desk.today()

    with desk._memo.lock:
        course, day = desk._memo.get(_LOOKED, look)
        if course is not desk.course or day != desk.today():
            desk._memo.forget(_LOOKED)
            desk._memo.get(_LOOKED, look)


def _bring_forward(desk: Workplace) -> None:
    changed = desk.course.changed() if desk.course.changed else {}
    if changed and _rows(desk, changed):
        with desk.store.transaction():
            if rows := _rows(desk, changed):  # another process may have been faster
                desk.store.record_all(rows)


def _rows(desk: Workplace, changed: Mapping[str, int]) -> list[Review]:
    """Log rows that bring forward what was met as it was before; none for what is due anyway."""
    from quizapp.study.exercises import bring_forward

    now, rows = desk.clock(), list[Review]()
    met = desk.store.revisions_met(changed)
    behind = [card for card, rev in changed.items() if rev > met.get(card, 1)]
    for before in desk.store.known_cards(behind) if behind else ():
        after = bring_forward(before, now)
        if after == before:
            continue
        rev = desk.course.cards[before.item].note.rev  # a damaged catalogue may say more
        if rev > met.get(before.item, 1):
            drawn = {REVISION: rev}
            rows.append(Review.of(Trigger.BROUGHT_FORWARD, before, after, now, drawn=drawn))
    return rows
