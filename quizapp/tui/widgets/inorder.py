"""Keys in the order in which they were pressed. Owns when a field acts on a key that is bound.

Textual's fields insert a letter as soon as it comes, but a bound key such as Backspace climbs to
the app first and acts when it is back. When several keys wait at once (a slow moment, a slow line,
a key held down), letters then overtake the Backspaces before them, and the text is another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.widget import Widget as _Mixed
else:
    _Mixed = object  # a second widget class among the bases would hide the field's own styles


class KeysInOrder(_Mixed):
    """For a field, before its class: its own bound keys act where they stand among the letters."""

    async def on_key(self, event: events.Key) -> None:
        """Do at once what the key is bound to here; leave all others to the field."""
        if event.is_printable:
            return
        active = self.screen.active_bindings.get(event.key)
        if active is None or active.node is not self or not active.enabled:
            return
        if await self.app.run_action(active.binding.action, self):
            event.stop()
            event.prevent_default()


class TextLine(KeysInOrder, Input):
    """One line to type in. Of a paste it takes all lines, where Textual's takes the first alone."""

    def on_paste(self, event: events.Paste) -> None:
        """Make one line of several, before the field inserts it."""
        lines = [line.strip() for line in event.text.splitlines()]
        if len(lines) > 1:
            event.text = " ".join(filter(None, lines))
