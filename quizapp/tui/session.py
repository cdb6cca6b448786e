"""What a study session remembers about itself. Owns the counts and what undo must do first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from quizapp.domain.memory import Rating


class Stage(Enum):
    """Where the session stands with its card."""

    ASKING = auto()
    CHECKING = auto()
    ANSWERED = auto()
    DONE = auto()


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that undo can take back.

    Attributes:
        rating: of an answer; None for a card set aside.
        way: "answer", "practice" (an answer that is not recorded), "suspend" or "bury".
    """

    card: str
    way: str
    rating: Rating | None = None
    answer_ms: int = 0


@dataclass(slots=True)
class Session:
    """Counts of one session, since it was opened."""

    began: datetime
    deeds: list[Deed] = field(default_factory=list)

    @property
    def answers(self) -> list[Deed]:
        """The answers given and not taken back."""
        return [deed for deed in self.deeds if deed.rating is not None]

    @property
    def practised(self) -> frozenset[str]:
        """Cards that were answered without recording it."""
        return frozenset(deed.card for deed in self.deeds if deed.way == "practice")

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
