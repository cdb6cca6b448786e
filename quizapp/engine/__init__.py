"""What quizapp can do, apart from how it looks: the use-cases that CLI and TUI both call.

Owns the wiring of course, store, study and judge, none of which knows the others. `base` opens and
closes them, `cards`, `answering` and `exercises` hold the use-cases, `types` what they return,
`whole` all of it in one `Engine`, `reviewing` as much as a command about cards needs. A name is
imported when it is first asked for, so that whoever needs one desk does not pay for all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quizapp.engine.prompts import Prompt
    from quizapp.engine.reviewing import CardEngine
    from quizapp.engine.selection import DayReport, Mode, Selection, SelectionCounts
    from quizapp.engine.sessions import Sitting
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
        SessionProgress,
        Stats,
        Submitted,
    )
    from quizapp.engine.upcoming import ExercisePrompt
    from quizapp.engine.whole import Engine

__all__ = [
    "Assessment",
    "CardEngine",
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

_ELSEWHERE = {
    "CardEngine": "reviewing",
    "DayReport": "selection",
    "Engine": "whole",
    "ExercisePrompt": "upcoming",
    "Mode": "selection",
    "Prompt": "prompts",
    "Selection": "selection",
    "SelectionCounts": "selection",
    "Sitting": "sessions",
}
"""Name -> the module here that has it; `types` has the others."""

if not TYPE_CHECKING:  # else any name would pass for one of this package

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        found = getattr(import_module(f"{__name__}.{_ELSEWHERE.get(name, 'types')}"), name)
        globals()[name] = found
        return found
