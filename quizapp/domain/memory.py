"""Reviews, ratings and schedules as data. Owns their shape; leaves the arithmetic to `study`."""

# Without deferred annotations: a named tuple would compile each of its own, 10 microseconds apiece.

from collections.abc import Mapping
from datetime import date, datetime
from enum import IntEnum, StrEnum
from types import EllipsisType
from typing import NamedTuple, Self

from quizapp.clock import study_day
from quizapp.domain.cards import Drawn

FLAGS = range(8)
"""0 is none; 1 to 7 are red, orange, green, blue, pink, turquoise and purple, as in Anki."""


REVISION = "rev:"
"""Key of `Review.drawn` for the `rev` of a note, above 1; no drawn name can be spelled so."""


class Rating(IntEnum):
    """How well something was remembered."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Phase(StrEnum):
    """Where an item stands."""

    NEW = "new"
    LEARNING = "learning"
    REVIEW = "review"
    RELEARNING = "relearning"


class ItemKind(StrEnum):
    """What a schedule belongs to; each kind has its own parameters."""

    CARD = "card"
    EXERCISE = "exercise"


class Trigger(StrEnum):
    """What caused a log row. Only `ANSWER` and `SUBMISSION` are used to fit parameters.

    `SUBMISSION` on a card is credit: an exercise that uses it was solved. It moves the card's
    memory and is neither fitted to nor counted as an answer.

    `BROUGHT_FORWARD` is a card that a failed check named, or that its author has changed: then
    `drawn` says to which `REVISION`, and `undo` leaves it alone.

    `STATE` (suspended, buried, flagged), `RENAMED` and `UNDO` rows are written by the store itself.
    A renaming has something `drawn` where the learner asked for it, and only then `undo` knows it.
    `RESET` makes an item new again and `MOVED` moves its day, because the learner says so.
    """

    ANSWER = "answer"
    SUBMISSION = "submission"
    BROUGHT_FORWARD = "brought_forward"
    STATE = "state"
    RENAMED = "renamed"
    UNDO = "undo"
    RESET = "reset"
    MOVED = "moved"


class Memory(NamedTuple):
    """FSRS memory state.

    Attributes:
        stability: days until the chance of recall falls to 90 %.
        difficulty: 1 (easy) to 10 (hard).
    """

    stability: float
    difficulty: float


class Schedule(NamedTuple):
    """When an item comes back. An item never reviewed is phase NEW, without memory and due.

    Attributes:
        item: card id, or exercise slug.
        step: index of the learning step; None in NEW and REVIEW.
        due: aware UTC. In LEARNING and RELEARNING an instant; in REVIEW the start of a study day.
        last_review: aware UTC.
        brought_forward: whether a failed check or a changed note, not the memory, made it due.
        buried_until: the study day on which it comes back; hidden before that day.
        flag: by which the learner marks it, one of `FLAGS`.
    """

    item: str
    kind: ItemKind
    phase: Phase = Phase.NEW
    step: int | None = None
    memory: Memory | None = None
    due: datetime | None = None
    last_review: datetime | None = None
    reps: int = 0
    lapses: int = 0
    brought_forward: bool = False
    suspended: bool = False
    buried_until: date | None = None
    flag: int = 0


def as_new(schedule: Schedule) -> Schedule:
    """The schedule of an item that was never answered; suspended and flagged as it is."""
    return Schedule(schedule.item, schedule.kind, suspended=schedule.suspended, flag=schedule.flag)


def moved_to(schedule: Schedule, due: datetime) -> Schedule:
    """The schedule with another day, memory and step as they are; a new item has none to move."""
    if schedule.due is None:
        return schedule
    return schedule._replace(due=due, brought_forward=False, buried_until=None)


def marked(
    schedule: Schedule,
    *,
    suspended: bool | None = None,
    buried_until: date | EllipsisType | None = ...,
    flag: int | None = None,
) -> Schedule:
    """The schedule with other marks of the learner's.

    Args:
        schedule: of any item.
        suspended: None leaves it as it is.
        buried_until: the study day on which it comes back; None digs it out; when left out,
            nothing changes.
        flag: 0 for none, to 7; None leaves it as it is.
    """
    return schedule._replace(
        suspended=schedule.suspended if suspended is None else suspended,
        buried_until=schedule.buried_until if buried_until is ... else buried_until,
        flag=schedule.flag if flag is None else flag,
    )


class Review(NamedTuple):
    """One row of the append-only log: an answer, with the state before and after.

    Attributes:
        rating: None for rows that are not ratings (brought forward).
        answer_ms: milliseconds from question to rating; None when not measured.
        drawn: the values of a parametric card, so that the review can be replayed; of a `MOVED`
            row `due`, where to, in microseconds since 1970 UTC. Of answers, and of cards brought
            forward because their note was changed, also its `REVISION`.
    """

    id: int
    item: str
    kind: ItemKind
    trigger: Trigger
    rating: Rating | None
    at: datetime
    study_day: date
    before: Schedule
    after: Schedule
    answer_ms: int | None = None
    drawn: Mapping[str, Drawn] | None = None

    @classmethod
    def of(
        cls,
        trigger: Trigger,
        before: Schedule,
        after: Schedule,
        at: datetime,
        *,
        rating: Rating | None = None,
        answer_ms: int | None = None,
        drawn: Mapping[str, Drawn] | None = None,
    ) -> Self:
        """A row that is not in the log yet: of the item of `after`, on the study day of `at`."""
        item, kind, day = after.item, after.kind, study_day(at)
        return cls(0, item, kind, trigger, rating, at, day, before, after, answer_ms, drawn)

    @property
    def decided(self) -> bool:
        """Whether the learner decided this of the item, without answering it."""
        return self.trigger in (Trigger.STATE, Trigger.RESET, Trigger.MOVED)

    @property
    def credit(self) -> bool:
        """Whether a card was not asked, but an exercise that uses it was solved."""
        return self.kind is ItemKind.CARD and self.trigger is Trigger.SUBMISSION
