"""An exercise that has come up in a session. Owns what is said about it and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from quizapp.tui.text.markdown import Block
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.domain.text import Language
    from quizapp.engine import ExercisePrompt


def offer(offered: ExercisePrompt, language: Language) -> list[Block]:
    """Which exercise it is, how well it is likely to be remembered, and the keys."""
    exercise = offered.exercise
    shown = [
        Block(Content(exercise.title.read_in(language)).stylize("bold")),
        Block(Content(exercise.signature).stylize("$quiet"), gap=0),
        Block(Content(say("It has come up again. Can you still write it?"))),
    ]
    if offered.retrievability is not None:
        percent = round(100 * offered.retrievability)
        told = say("Chance that you can: {percent} %", percent=percent)
        shown.append(Block(Content(told).stylize("$quiet"), gap=0))
    keys = say("o  open it    n  not in this session    b  tomorrow")
    return [*shown, Block(Content(keys).stylize("$quiet"))]
