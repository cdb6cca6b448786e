"""The field that a setting's value is typed into. Owns checking it while it is typed.

Leaves setting it to the screen, and what may be set, with its messages, to the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from quizapp.errors import UsageError
from quizapp.tui.text.safe import escaped
from quizapp.tui.widgets.inorder import TextLine
from quizapp.tui.words import problem, say

if TYPE_CHECKING:
    from quizapp.engine import Engine

OF_A_TOPIC = "topic:"
"""Begins what stands for a setting of a topic that is typed along with its value; the setting
follows."""


class ValueLine(TextLine):
    """The line that the value is typed into."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Set", tooltip="Set the value that is typed"),
    ]


class SettingField(Vertical):
    """A line for the value, and below it what is wrong with it; hidden until it is opened."""

    class Entered(Message):
        """A value is to be set; an empty one leaves it as it is."""

        def __init__(self, key: str, text: str) -> None:
            super().__init__()
            self.key = key
            self.text = text

    def __init__(self, engine: Engine, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._engine = engine
        self.editing = ""
        """Key of what is being edited; empty while the field is closed."""

    def compose(self) -> ComposeResult:
        """The line and the sentence below it."""
        yield ValueLine(id="value", select_on_focus=False)
        yield Static(id="problem", markup=False)

    def open(self, key: str, text: str) -> None:
        """Edit `text`, the value of `key`."""
        self.editing = key
        field = self.query_one("#value", Input)
        topics = self._engine.course.topics if key.startswith(OF_A_TOPIC) else ()
        field.suggester = SuggestFromList(topics) if topics else None
        field.value = text
        self.display = True
        self._check(text)
        field.focus()
        field.action_end()

    def close(self) -> bool:
        """Edit nothing any more; False where nothing was edited."""
        was_open = bool(self.editing)
        self.editing = ""
        self.display = False
        return was_open

    def _asked(self, text: str) -> tuple[str, str]:
        """Key and text of what is typed; of a topic, its name stands first."""
        if not self.editing.startswith(OF_A_TOPIC):
            return self.editing, text
        topic, _, value = text.strip().partition(" ")
        return f"{self.editing.removeprefix(OF_A_TOPIC)}.{topic}", value.strip()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.editing:
            self._check(event.value)

    def _check(self, text: str) -> None:
        """Say at once whether the text is a value, in the words of `quizapp settings`."""
        key, value = self._asked(text)
        told = Content(f"✓ {say('Enter sets it')}").stylize("$text-success")
        if not value:
            told = Content(say("Write a value; Escape leaves it as it is")).stylize("$quiet")
        else:
            try:
                self._engine.checked_setting(key, value)
            except UsageError as error:
                told = Content(f"✗ {escaped(problem(error))}")
                told = told.stylize("$text-error")
        self.query_one("#problem", Static).update(told)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered(*self._asked(event.value)))
