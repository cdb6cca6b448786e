"""One line of the list of cards, and the names above. Owns the columns and what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from quizapp.clock import study_day
from quizapp.domain.memory import Phase, Schedule
from quizapp.engine.columns import Sort
from quizapp.engine.searching import is_gone
from quizapp.engine.types import CardRow
from quizapp.tui.text import times
from quizapp.tui.text.markdown import blocks
from quizapp.tui.text.safe import one_line
from quizapp.tui.widgets.heading import FLAGS
from quizapp.tui.widgets.rows import Row
from quizapp.tui.words import say

Line = Row


class _Column(NamedTuple):
    sort: Sort
    label: str
    width: int


_LEFT = 4
"""Cells for the mark and the flag, before the card's front."""

COLUMNS = (
    _Column(Sort.DECK, "deck", 11),
    _Column(Sort.PHASE, "state", 11),
    _Column(Sort.DUE, "due", 7),
    _Column(Sort.STABILITY, "stab.", 6),
    _Column(Sort.DIFFICULTY, "diff.", 6),
    _Column(Sort.LAPSES, "laps.", 6),
    _Column(Sort.RETRIEVABILITY, "recall", 7),
)
"""What stands behind the front, from left to right."""

_ROOMY = 90
"""Cells of a line from which on there is room for all columns; before, for all but the last."""

_MOST = 100
"""Days of stability from which on no decimal is shown."""


def pending(item: str) -> Line:
    """The line of a card that could not be read."""
    return Row(Content(f"    {item}").stylize("$quiet"), Content(""))


def columns(width: int) -> Sequence[_Column]:
    """The columns of a line of `width` cells."""
    return COLUMNS if width >= _ROOMY else COLUMNS[:-1]


def line(row: CardRow, title: str, now: datetime, *, width: int, marked: bool, leech: bool) -> Line:
    """The line of a card.

    Args:
        row: the card.
        title: its front on one line.
        now: aware.
        width: cells of the line.
        marked: whether the learner has chosen it.
        leech: whether it has been forgotten too often.
    """
    schedule, memory = row.schedule, row.schedule.memory
    flag = schedule.flag
    lead = Content.assemble(
        ("● " if marked else "  ", "bold $text-accent"),
        (str(flag) if flag else " ", FLAGS[flag][1] or "$quiet"),
        " ",
    )
    text = [Content(row.card.id), Content("  ")] if is_gone(row.card) else []
    front = blocks(title)
    text += [front[0].content if front else Content(row.card.id)]
    stability = "" if memory is None else _short(memory.stability)
    figures = (
        _cell(one_line(row.card.note.topic), COLUMNS[0].width, left=True, style="$quiet"),
        _state(schedule, now, COLUMNS[1].width, leech=leech),
        _cell(due(schedule, now), COLUMNS[2].width),
        _cell(stability, COLUMNS[3].width),
        _cell("" if memory is None else f"{memory.difficulty:.1f}", COLUMNS[4].width),
        _cell(str(schedule.lapses or ""), COLUMNS[5].width),
        _cell("" if row.retrievability is None else f"{row.retrievability:.0%}", COLUMNS[6].width),
    )
    shown = figures[: len(columns(width))]
    return Row(Content("").join([lead, *text]), Content("").join(shown))


def _short(days: float) -> str:
    return f"{days:.1f}" if days < _MOST else f"{days:.0f}"


def _cell(text: str, width: int, *, left: bool = False, style: str = "") -> Content:
    """`text` in a column; cut where it is too long."""
    content = Content(text or "·").truncate(width - 1, ellipsis=True)
    content = content.stylize(style if text else "$faint")
    room = width - content.cell_length
    return content.pad_right(room - 1).pad_left(1) if left else content.pad_left(room)


def _state(schedule: Schedule, now: datetime, width: int, *, leech: bool) -> Content:
    word, style = say(schedule.phase.value), "$quiet"
    if schedule.suspended:
        word, style = say("suspended"), "$text-warning"
    elif schedule.buried_until is not None and schedule.buried_until > study_day(now):
        word, style = say("buried"), "$text-warning"
    return _cell(f"{word} !" if leech else word, width, left=True, style=style)


def due(schedule: Schedule, now: datetime) -> str:
    """How long until a card is due; with a minus, how long it has been."""
    if schedule.due is None:
        return ""
    late = (study_day(now) - study_day(schedule.due)).days
    if schedule.phase is Phase.REVIEW and late > 0:
        return f"-{times.days(late)}"
    return times.until(schedule, now)


class ColumnBar(Widget):
    """The names of the columns; the one that sorts is marked by an arrow."""

    ALLOW_SELECT = False
    can_focus = False

    class Picked(Message):
        """A name was clicked."""

        def __init__(self, sort: Sort) -> None:
            super().__init__()
            self.sort = sort

    def __init__(self) -> None:
        super().__init__(id="columns")
        self.sort = Sort.COURSE
        self.descending = False

    def show(self, sort: Sort, *, descending: bool) -> None:
        """Mark the column that sorts."""
        self.sort, self.descending = sort, descending
        self.refresh()

    def _label(self, sort: Sort, label: str) -> Content:
        if sort is not self.sort:
            return Content(say(label)).stylize("$quiet")
        arrow = "▼" if self.descending else "▲"
        return Content(f"{say(label)}{arrow}").stylize("bold $text-primary")

    def render(self) -> Content:
        """All names, each above its column."""
        first = Sort.CARD if self.sort is Sort.CARD else Sort.COURSE
        left = self._label(first, "card" if first is Sort.CARD else "card, in order")
        pieces: list[Content] = []
        for column in columns(self.size.width):
            name = self._label(column.sort, column.label).truncate(column.width)
            room = column.width - name.cell_length
            text = column.sort in (Sort.DECK, Sort.PHASE)
            pieces.append(name.pad_left(1).pad_right(room - 1) if text else name.pad_left(room))
        right = Content("").join(pieces)
        room = max(1, self.size.width - right.cell_length - _LEFT)
        left = left.truncate(room)
        return Content("").join(
            [Content(" " * _LEFT), left, Content(" " * (room - left.cell_length)), right]
        )

    def on_click(self, event: events.Click) -> None:
        """Sort by the column under the mouse."""
        shown = columns(self.size.width)
        start = self.size.width - sum(column.width for column in shown)
        if event.x < start:
            self.post_message(self.Picked(Sort.CARD if self.sort is Sort.COURSE else Sort.COURSE))
            return
        for column in shown:
            start += column.width
            if event.x < start:
                self.post_message(self.Picked(column.sort))
                return
