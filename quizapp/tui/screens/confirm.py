"""A question before something that counts. Owns asking; leaves doing to who asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from quizapp.tui.words import say


class Confirm(ModalScreen[str]):
    """Asks `question`; ends with the id of the button pressed, "" for no.

    Args:
        question: what is about to happen, and what it costs.
        answers: (id, label) of the buttons that go ahead; the first one is offered.
    """

    CSS_PATH = Path(__file__).with_name("confirm.tcss")
    AUTO_FOCUS = "#no"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "no", "No", tooltip="Go back; nothing happens", id="confirm.no"),
        Binding("y", "yes", "Yes", tooltip="Go ahead", id="confirm.yes"),
        Binding("right", "app.focus_next", "Next", show=False, tooltip="The next button"),
        Binding("left", "app.focus_previous", "Before", show=False, tooltip="The button before"),
    ]

    def __init__(self, question: str, answers: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.question = question
        self.answers = answers

    def compose(self) -> ComposeResult:
        """The question and its buttons."""
        with Vertical(id="question"):
            yield Static(self.question, markup=False)
            with Horizontal():
                for name, label in self.answers:
                    yield Button(label, id=name, compact=True, variant="primary")
                yield Button(say("No"), id="no", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """End with what was pressed."""
        self.dismiss("" if event.button.id == "no" else event.button.id or "")

    def action_no(self) -> None:
        """End without."""
        self.dismiss("")

    def action_yes(self) -> None:
        """Go ahead with the first answer."""
        self.dismiss(self.answers[0][0])
