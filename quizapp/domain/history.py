"""What was done, day by day. Owns counts, limits, stored rows; leaves the sums to `study`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from quizapp.domain.memory import ItemKind, Phase

if TYPE_CHECKING:
    from quizapp.domain.outcomes import Tier, Verdict

MATURE_DAYS = 21.0
"""A memory whose stability reaches this many days is mature, below it is young."""


@dataclass(frozen=True, slots=True)
class DailyLimits:
    """How much a study day may ask for.

    Attributes:
        new: cards seen for the first time.
        reviews: answers to cards in phase REVIEW; learning steps are never limited.
    """

    new: int = 10
    reviews: int = 200


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What has been answered on one study day, as far as the daily limits count it."""

    new: int = 0
    reviews: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """All answers of one study day and one kind of item; undone ones are not counted.

    Attributes:
        new: items answered for the first time.
        reviews: answers to items in phase REVIEW.
        again, hard, good, easy: answers by rating, all phases together.
        young, young_recalled: answers to items in phase REVIEW with a young memory, and how many of
            them were not AGAIN.
        mature, mature_recalled: the same for mature memories.
        answer_ms: milliseconds spent, as far as they were measured.
    """

    day: date
    kind: ItemKind
    new: int = 0
    reviews: int = 0
    again: int = 0
    hard: int = 0
    good: int = 0
    easy: int = 0
    young: int = 0
    young_recalled: int = 0
    mature: int = 0
    mature_recalled: int = 0
    answer_ms: int = 0

    @property
    def answers(self) -> int:
        """All answers of the day."""
        return self.again + self.hard + self.good + self.easy


class Standing(NamedTuple):
    """The part of a schedule that counting needs; a tuple, since a course makes 100,000 of them.

    Attributes:
        due, last: the study days on which it comes up and was last answered, as
            `date.toordinal` gives them.
    """

    item: str
    phase: Phase
    stability: float | None
    suspended: bool
    difficulty: float | None = None
    due: int | None = None
    last: int | None = None
    lapses: int = 0


class Attempt(NamedTuple):
    """One recorded submission as counting sees it: without its source and its feedback."""

    exercise: str
    at: datetime
    verdict: Verdict
    score: int
    max_score: int


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """One recorded submission with what it came to.

    Attributes:
        sha256: hex digest of `source`.
        at: aware UTC.
        outcome: the whole outcome as JSON.
        id: 0 until it is stored.
    """

    exercise: str
    source: bytes
    sha256: str
    at: datetime
    verdict: Verdict
    score: int
    max_score: int
    seed: int
    isolation: Tier
    outcome: str
    id: int = 0


class AnsweredOn(NamedTuple):
    """One answer as fitting sees it.

    Attributes:
        day: its study day.
        rating: 1 to 4.
        credit: whether nothing was asked, so that it tells nothing of recall.
    """

    day: date
    rating: int
    credit: bool = False


@dataclass(frozen=True, slots=True)
class FittedRow:
    """What fitting parameters to the learner came to.

    Attributes:
        at: aware UTC.
        parameters: the 21 of FSRS-6; None where the learner went back to the defaults.
        adopted: whether they were put to use; the newest adopted row of a kind is.
        learned_from: predictions that they were fitted to.
        held_out: predictions, the latest, that they were judged by.
        log_loss_before, log_loss_after: of the held-out predictions, with the parameters that were
            in use and with these; None where nothing was measured.
        rmse_before, rmse_after: likewise, RMSE over bins.
        id: 0 until it is stored.
    """

    kind: ItemKind
    at: datetime
    parameters: tuple[float, ...] | None
    adopted: bool
    learned_from: int = 0
    held_out: int = 0
    log_loss_before: float | None = None
    log_loss_after: float | None = None
    rmse_before: float | None = None
    rmse_after: float | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class GradedRow:
    """One result of a class: what one student's file for one exercise came to."""

    student: str
    exercise: str
    sha256: str
    at: datetime
    verdict: Verdict
    score: int
    max_score: int
    outcome: str
