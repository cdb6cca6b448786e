"""One value of several on one line. Owns stepping through them; leaves what they mean to others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from quizapp.tui.words import say


class Chooser(Widget, can_focus=True):
    """Shows the value chosen between two arrows; left, right, space and a click choose another.

    Args:
        values: at least one; the first is chosen.
        id: of the widget.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "step(1)", "Next", show=False, tooltip="The next value"),
        Binding("left", "step(-1)", "Before", show=False, tooltip="The value before"),
    ]
    ALLOW_SELECT = False
    value: reactive[str] = reactive("", init=False)

    class Changed(Message):
        """Another value was chosen."""

        def __init__(self, chooser: Chooser, value: str) -> None:
            super().__init__()
            self.chooser = chooser
            self.value = value

        @property
        def control(self) -> Chooser:
            """Where it was chosen."""
            return self.chooser

    def __init__(self, values: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.values = tuple(values)
        self.set_reactive(Chooser.value, self.values[0])

    def render(self) -> Content:
        """The value between arrows, and how many there are."""
        place = f"  {self.values.index(self.value) + 1}/{len(self.values)}"
        return Content.assemble(
            ("‹ ", "$quiet"), (say(self.value), "bold"), (" ›", "$quiet"), (place, "$quiet")
        )

    def watch_value(self, value: str) -> None:
        """Tell who listens."""
        self.post_message(self.Changed(self, value))

    def action_step(self, by: int) -> None:
        """Choose the value `by` places on, round and round."""
        place = self.values.index(self.value) + by
        self.value = self.values[place % len(self.values)]

    def on_click(self, event: events.Click) -> None:
        """The next value; left of the middle the one before."""
        shown = len(say(self.value)) + 4
        self.action_step(-1 if event.x < shown // 3 else 1)
