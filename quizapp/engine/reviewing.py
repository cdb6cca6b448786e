"""What reviewing asks for and no more: what waits, the next card, an answer, taking it back.

Owns the narrow engine that the commands about cards open, because a command that asks one question
is over sooner than the shapes of settings, statistics and own cards are made. `whole` has the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizapp.engine.answering import AnswerDesk
from quizapp.engine.upcoming import UpcomingDesk

if TYPE_CHECKING:
    from quizapp.engine.types import Due


class CardEngine(UpcomingDesk, AnswerDesk):
    """The part of the engine that reviewing needs; a context manager, opened by `open`."""

    def due(self) -> Due:
        """What waits today, deck by deck, and how many exercises."""
        from quizapp.engine.types import Due

        return Due(self.deck_counts(), self.exercise_counts())
