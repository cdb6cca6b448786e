"""The line above a session. Owns its words: where the card stands, its flag, what is left."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from quizapp.clock import study_day
from quizapp.domain.memory import Phase, Schedule
from quizapp.tui.text import times
from quizapp.tui.widgets.rows import Row
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine.types import SessionProgress

FLAGS = (
    ("no flag", ""),
    ("red", "red"),
    ("orange", "orange"),
    ("green", "green"),
    ("blue", "dodgerblue"),
    ("pink", "hotpink"),
    ("turquoise", "turquoise"),
    ("purple", "mediumpurple"),
)
"""Name and colour of each flag, by its number."""


def flag_shown(flag: int) -> Content:
    """A flag by sign, number and name, in its colour; nothing for none."""
    name, style = FLAGS[flag]
    return Content(f"⚑ {flag} {say(name)}").stylize(style) if flag else Content("")


def standing(schedule: Schedule, now: datetime, *, practice: bool) -> str:
    """Where a card stands: its phase, whether it is asked before its time, or only practised."""
    words = [say(schedule.phase.value)]
    if schedule.brought_forward:
        words = [say("brought forward")]
    if is_early(schedule, now):
        words = [say("! early, due in {span}", span=times.until(schedule, now))]
    if practice:
        words.append(say("practice, nothing is recorded"))
    return " · ".join(words)


def is_early(schedule: Schedule, now: datetime) -> bool:
    """Whether a card is asked before it is due."""
    if schedule.due is None:
        return False
    if schedule.phase is Phase.REVIEW:
        return study_day(schedule.due) > study_day(now)
    return schedule.due > now


def heading(title: str, told: str, flag: int, progress: SessionProgress, practice: bool) -> Row:
    """The line: what is studied, where its card stands, and what is left."""
    left = [Content.assemble((title, "bold"), (f"  {told}", "$quiet"))]
    if flag:
        left.append(flag_shown(flag))
    return Row(Content("  ").join(left), _counts(progress, practice))


def _counts(progress: SessionProgress, practice: bool) -> Content:
    if practice:
        shown = [(progress.practice_left, "left", "$text-primary")]
    else:
        shown = [
            (progress.new_left, "new", "$text-primary"),
            (progress.learning_left, "learning", "$text-warning"),
            (progress.due_left, "due", "$text-success"),
        ]
        if progress.overdue:
            shown.append((progress.overdue, "overdue", "$text-error"))
    return Content("").join(
        Content.assemble((f"  {number} ", f"bold {style}"), (say(word), "$quiet"))
        for number, word, style in shown
    )
