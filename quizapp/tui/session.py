"""What a study session remembers about itself. Owns the counts and what undo must do first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from quizapp.domain.memory import Rating


class Stage(Enum):
    """Where the session stands with its card; OFFERED is an exercise, DONE is the summary."""

    ASKING = auto()
    CHECKING = auto()
    ANSWERED = auto()
    OFFERED = auto()
    DONE = auto()


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that undo can take back.

    Attributes:
        item: a card, or the slug of an exercise.
        way: "answer", "practice" (an answer that is not recorded), "suspend", "bury", "flag",
            "exercise" (a submission that counted), "skip" or "put off" (an exercise, for the
            session or the day).
        rating: of an answer; None for anything else.
        leech: whether the answer has made a leech of the card.
    """

    item: str
    way: str
    rating: Rating | None = None
    answer_ms: int = 0
    leech: bool = False


@dataclass(slots=True)
class Session:
    """Counts of one session, since it was opened.

    Attributes:
        periods: how often the learner went on when the time of a session was over.
    """

    began: datetime
    deeds: list[Deed] = field(default_factory=list)
    periods: int = 0

    @property
    def answers(self) -> list[Deed]:
        """The answers given and not taken back."""
        return [deed for deed in self.deeds if deed.rating is not None]

    @property
    def recorded(self) -> bool:
        """Whether any answer was recorded."""
        return any(deed.way == "answer" for deed in self.deeds)

    @property
    def exercises(self) -> int:
        """How many exercises were settled."""
        return sum(deed.way == "exercise" for deed in self.deeds)

    @property
    def leeches(self) -> list[str]:
        """Cards that became leeches, each once."""
        return list(dict.fromkeys(deed.item for deed in self.deeds if deed.leech))

    def count(self, rating: Rating) -> int:
        """How many answers were rated so."""
        return sum(deed.rating is rating for deed in self.answers)

    @property
    def recalled(self) -> float | None:
        """Share of the answers that were not AGAIN; None without any."""
        answers = self.answers
        return 1 - self.count(Rating.AGAIN) / len(answers) if answers else None

    @property
    def spent_ms(self) -> int:
        """Milliseconds from question to rating, all answers together."""
        return sum(deed.answer_ms for deed in self.answers)

    def is_over(self, minutes: int) -> bool:
        """Whether the answers took `minutes` more since the learner last went on; 0 is for ever."""
        return bool(minutes) and self.spent_ms >= (self.periods + 1) * minutes * 60_000

    def go_on(self, minutes: int) -> None:
        """Let the next period begin now."""
        self.periods = self.spent_ms // (minutes * 60_000)
