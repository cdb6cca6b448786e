"""What a session is about, and what came of a day. Owns these shapes; finds nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """How a session goes through its cards.

    `DUE` asks what today asks for, and records it. `AHEAD` and `CRAM` are practice: nothing is
    recorded, so that no schedule, statistic or fit of parameters takes drill for recall.
    """

    DUE = "due"
    AHEAD = "ahead"
    CRAM = "cram"


@dataclass(frozen=True, slots=True)
class Selection:
    """The cards that meet all of what is set; all cards when nothing is.

    Attributes:
        topics: any of these.
        tags: any of these; `*` stands for anything.
        exercise: slug of an exercise that uses them; the exercise itself is asked, too.
        search: a query, as `quizapp cards --search` takes it.
    """

    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    exercise: str = ""
    search: str = ""
    mode: Mode = Mode.DUE

    @property
    def narrowed(self) -> bool:
        """Whether more than topics is asked for, so that cards have to be looked at."""
        return bool(self.tags or self.exercise or self.search.strip())

    @property
    def recorded(self) -> bool:
        """Whether answers are recorded."""
        return self.mode is Mode.DUE


@dataclass(frozen=True, slots=True)
class SelectionCounts:
    """How many cards of a selection each mode would ask.

    Attributes:
        found: cards that meet it, suspended and buried ones with them.
        due: steps, reviews and new cards that are left of today within its limits.
        ahead: reviews that come up after today.
        cram: all but those that are suspended or buried.
        exercises: exercises that are due and would be asked among the due cards.
    """

    found: int
    due: int
    ahead: int
    cram: int
    exercises: int


@dataclass(frozen=True, slots=True)
class DayReport:
    """How today went, and what comes tomorrow.

    Attributes:
        answers: to cards, all sessions of the day together.
        answer_ms: milliseconds they took, as far as it was measured.
        reviews: answers to cards past their learning steps.
        recalled: how many of `reviews` were not AGAIN: the true retention of today.
        tomorrow: cards that come up tomorrow, new ones not counted.
    """

    answers: int
    answer_ms: int
    reviews: int
    recalled: int
    tomorrow: int
