"""What quizapp can do, apart from how it looks: the use-cases that CLI and TUI both call.

Owns the wiring of course, store, study and judge, none of which knows the others. `base` opens and
closes them, `cards`, `answering` and `exercises` hold the use-cases, `types` what they return.
"""

from __future__ import annotations

from datetime import timedelta

from quizapp.clock import start_of_study_day, study_day
from quizapp.domain.memory import ItemKind
from quizapp.engine.answering import AnswerDesk
from quizapp.engine.data import DataDesk
from quizapp.engine.fitting import FittingDesk
from quizapp.engine.making import MakingDesk
from quizapp.engine.marking import MarkingDesk
from quizapp.engine.selection import Mode, Selection, SelectionCounts
from quizapp.engine.sessions import SessionDesk, Sitting
from quizapp.engine.settings import SettingsDesk
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

FORECAST_DAYS = 30


class Engine(
    SessionDesk, AnswerDesk, MarkingDesk, MakingDesk, FittingDesk, SettingsDesk, DataDesk
):
    """Everything that a front end can ask for; a context manager, opened by `Engine.open`."""

    def due(self) -> Due:
        """What waits today, deck by deck, and how many exercises."""
        return Due(self.deck_counts(), self.exercise_counts())

    def stats(self) -> Stats:
        """What was learned, and what is coming; undone answers do not count."""
        from quizapp.study.statistics import deck_progress, heat_map, retention, streak, totals

        today = study_day(self.clock())
        days = self.store.days()
        answers, milliseconds = totals(days, today)
        edges = [
            start_of_study_day(today + timedelta(days=ahead + 1)) for ahead in range(FORECAST_DAYS)
        ]
        decks = {deck.topic: deck.card_ids for deck in self.course.decks}
        return Stats(
            today=today,
            answers_today=answers,
            milliseconds_today=milliseconds,
            streak=streak(days, today),
            retention=retention(day for day in days if day.kind is ItemKind.CARD),
            forecast=tuple(self.store.due_counts(edges)),
            heat_map=heat_map(days, today),
            decks=deck_progress(decks, self.store.standings()),
            exercises=tuple(self.exercises()),
            calibration=self.calibration(),
        )
