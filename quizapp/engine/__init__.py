"""What quizapp can do, apart from how it looks: the use-cases that CLI and TUI both call.

Owns the wiring of course, store, study and judge, none of which knows the others. `base` opens and
closes them, `cards`, `answering` and `exercises` hold the use-cases, `types` what they return.
"""

from __future__ import annotations

from quizapp.engine.answering import AnswerDesk
from quizapp.engine.data import DataDesk
from quizapp.engine.fitting import FittingDesk
from quizapp.engine.making import MakingDesk
from quizapp.engine.marking import MarkingDesk
from quizapp.engine.selection import DayReport, Mode, Selection, SelectionCounts
from quizapp.engine.sessions import SessionDesk, Sitting
from quizapp.engine.settings import SettingsDesk
from quizapp.engine.statistics import StatisticsDesk
from quizapp.engine.types import (
    Assessment,
    CardRow,
    DeckDue,
    Due,
    ExerciseRow,
    ExercisesDue,
    ExerciseState,
    Expected,
    Hint,
    Prompt,
    SessionProgress,
    Stats,
    Submitted,
)
from quizapp.engine.upcoming import ExercisePrompt

__all__ = [
    "Assessment",
    "CardRow",
    "DayReport",
    "DeckDue",
    "Due",
    "Engine",
    "ExercisePrompt",
    "ExerciseRow",
    "ExerciseState",
    "ExercisesDue",
    "Expected",
    "Hint",
    "Mode",
    "Prompt",
    "Selection",
    "SelectionCounts",
    "SessionProgress",
    "Sitting",
    "Stats",
    "Submitted",
]


class Engine(
    SessionDesk,
    AnswerDesk,
    MarkingDesk,
    MakingDesk,
    FittingDesk,
    SettingsDesk,
    StatisticsDesk,
    DataDesk,
):
    """Everything that a front end can ask for; a context manager, opened by `Engine.open`."""

    def due(self) -> Due:
        """What waits today, deck by deck, and how many exercises."""
        return Due(self.deck_counts(), self.exercise_counts())
