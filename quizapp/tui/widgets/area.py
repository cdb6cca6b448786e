"""Typing several lines. Owns the area of predict cards; imported when the first one is asked."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from quizapp.tui.widgets.inorder import KeysInOrder


class AnswerArea(KeysInOrder, TextArea):
    """An area for what a snippet prints: Enter answers, Ctrl+J starts a new line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "give", "Answer", tooltip="Answer with what is typed"),
        Binding(
            "ctrl+j,shift+enter,alt+enter",
            "new_line",
            "New line",
            key_display="^j",
            tooltip="Start a new line",
        ),
    ]

    def __init__(self) -> None:
        super().__init__(id="area", soft_wrap=True, tab_behavior="focus", compact=True)

    def action_give(self) -> None:
        """Hand the text to the box around."""
        from quizapp.tui.widgets.answering import AnswerBox

        self.post_message(AnswerBox.Given(self.text))

    def action_new_line(self) -> None:
        """Start a new line."""
        self.insert("\n")
