"""The line of keys at the bottom. Owns which keys fit on it and what a click on one does.

It is one widget that repaints, where Textual's Footer mounts a widget a key and mounts them all
anew whenever one changes: that costs start-up time and shows as a flicker between cards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget

from quizapp.tui.words import say

if TYPE_CHECKING:
    from textual.binding import ActiveBinding
    from textual.screen import Screen

_LAST = {"leave_field": 999, "leave": 1000, "app.help": 1001}
"""Actions at the end of the line; all others stand in the order in which they are declared."""


@dataclass(frozen=True, slots=True)
class _Key:
    """One key as it is shown, from cell `start` up to `end`."""

    action: str
    key: str
    shown: str
    label: str
    tooltip: str
    enabled: bool
    start: int = 0
    end: int = 0


class KeyBar(Widget):
    """The keys that do something now; those that would do nothing are dimmed."""

    ALLOW_SELECT = False
    can_focus = False

    def __init__(self) -> None:
        super().__init__(id="keybar")
        self._placed: list[_Key] = []

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if screen is self.screen and self.is_attached:
            self.refresh()

    def _keys(self) -> list[_Key]:
        by_action: dict[str, ActiveBinding] = {}
        bound = self.screen.active_bindings
        for active in bound.values():
            if active.binding.show:
                by_action.setdefault(active.binding.action, active)
        # A field that is typed into takes the question mark as a letter; F1 is left.
        typing = "f1" in bound and "question_mark" not in bound
        declared = [*Binding.make_bindings(type(self.screen).BINDINGS)]
        order = {binding.action: place for place, binding in reversed([*enumerate(declared)])}
        order |= _LAST
        return [
            _Key(
                action=action,
                key=active.binding.key,
                shown="f1"
                if typing and action == "app.help"
                else self.app.get_key_display(active.binding),
                label=say(active.binding.description),
                tooltip=say(active.tooltip or active.binding.description),
                enabled=active.enabled,
            )
            for action, active in sorted(by_action.items(), key=lambda item: order.get(item[0], -1))
        ]

    def render(self) -> Content:
        """As many keys as fit; the way back and the help key always."""
        keys = self._keys()
        room = self.size.width - 1
        widths = [Content(f"{key.shown} {key.label}").cell_length + 2 for key in keys]
        kept = [index for index, key in enumerate(keys) if key.action in _LAST]
        reserved = sum(widths[index] for index in kept)
        self._placed, pieces, at = [], [Content(" ")], 1
        for index, (key, width) in enumerate(zip(keys, widths, strict=True)):
            if index not in kept and at + width + reserved > room + 2:
                continue
            self._placed.append(replace(key, start=at, end=at + width - 1))
            key_style, label_style = (
                ("bold $footer-key-foreground", "$quiet") if key.enabled else ("$faint", "$faint")
            )
            pieces.append(
                Content.assemble((key.shown, key_style), " ", (key.label, label_style), "  ")
            )
            at += width
        return Content("").join(pieces)

    def _key_at(self, x: int) -> _Key | None:
        return next((key for key in self._placed if key.start <= x < key.end), None)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Say more about the key under the mouse."""
        key = self._key_at(event.x)
        self.tooltip = key.tooltip if key else None

    def on_click(self, event: events.Click) -> None:
        """A click on a key is that key."""
        key = self._key_at(event.x)
        if key is None:
            return
        if key.enabled:
            self.app.simulate_key(key.key)
        else:
            self.app.bell()
