"""A question that is answered by a line. Owns asking; leaves what the line means to who asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from quizapp.errors import QuizappError
from quizapp.tui.keys import bindings
from quizapp.tui.text.safe import escaped
from quizapp.tui.widgets.inorder import TextLine
from quizapp.tui.words import told


class Ask(ModalScreen[str]):
    """Asks `question`; ends with what was typed, "" for nothing.

    Args:
        question: what is about to happen.
        hint: how to write the answer.
        check: raises QuizappError where an answer makes no sense; that is shown, and asked again.
    """

    CSS_PATH = Path(__file__).with_name("ask.tcss")
    AUTO_FOCUS = "#asked"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "ask", ("escape", "leave", "Back", "Go back; nothing happens")
    )

    def __init__(self, question: str, hint: str, check: Callable[[str], object]) -> None:
        super().__init__()
        self.question = question
        self.hint = hint
        self.check = check

    def compose(self) -> ComposeResult:
        """The question, the line, and how to write it."""
        with Vertical(id="ask"):
            yield Static(self.question, markup=False)
            yield TextLine(id="asked", compact=True)
            yield Static(Content(self.hint).stylize("$quiet"), id="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """End with what is typed, if it makes sense."""
        if not event.value.strip():
            self.dismiss("")
            return
        try:
            self.check(event.value)
        except QuizappError as error:
            arrow = "\n→ "
            problem = Content(escaped(f"✗ {told(error, arrow)}")).stylize("$text-error")
            self.query_one("#hint", Static).update(problem)
        else:
            self.dismiss(event.value)

    def action_leave(self) -> None:
        """End without."""
        self.dismiss("")
