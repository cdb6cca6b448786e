"""What was done, day by day. Owns counts, limits, stored rows; leaves the sums to `study`."""

# Without deferred annotations: a named tuple would compile each of its own, 10 microseconds apiece.

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from quizapp.domain.memory import ItemKind, Phase

if TYPE_CHECKING:
    from quizapp.domain.outcomes import Verdict

NONE_OF: Mapping[str, int] = MappingProxyType({})
"""Of no topic."""

MATURE_DAYS = 21.0
"""A memory whose stability reaches this many days is mature, below it is young."""


class DailyLimits(NamedTuple):
    """How much a study day may ask for.

    Attributes:
        new: cards seen for the first time.
        reviews: answers to cards in phase REVIEW; learning steps are never limited.
        new_of, reviews_of: topic -> the same for its cards, where it has a limit of its own. Both
            hold.
    """

    new: int = 10
    reviews: int = 200
    new_of: Mapping[str, int] = NONE_OF
    reviews_of: Mapping[str, int] = NONE_OF

    @property
    def of_topics(self) -> bool:
        """Whether any topic has a limit of its own."""
        return bool(self.new_of or self.reviews_of)


class DayCounts(NamedTuple):
    """What has been answered on one study day, as far as the daily limits count it.

    Attributes:
        new_of, reviews_of: topic -> the same of its cards; as far as topics have limits.
    """

    new: int = 0
    reviews: int = 0
    new_of: Mapping[str, int] = NONE_OF
    reviews_of: Mapping[str, int] = NONE_OF


class Day(NamedTuple):
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
    verdict: "Verdict"
    score: int
    max_score: int


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
