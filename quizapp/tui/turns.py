"""One key after another. Owns when the next key is looked at; leaves what it does to the screens.

Textual hands a key to the widget that has the focus as soon as it comes. A key that is bound climbs
from there to the app first, and a key with priority acts at once. When several keys wait together
(a slow moment, a slow line, a fast hand), letters then overtake the Tab before them and land in the
field that it was to leave, and F5 judges a text that lacks the last letters. So the next key, or
paste, waits until all that the last one has set off has been handled.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from textual import events
from textual.app import App
from textual.dom import DOMNode

_PATIENCE_S = 2.0
"""A turn that is not over by then (its widget may be gone) no longer holds up the next ones."""

_ROUNDS = 2
"""Way from the focus to the app: a key climbs it, and what it does may send a message up again."""

Pressed = events.Key | events.Paste


class TurnTaking(App[int]):
    """An app that acts on keys in the order in which they were pressed."""

    _turn = 0
    _taken = False
    _held = False
    _over: asyncio.TimerHandle | None = None

    def __init__(self, *, css_path: Sequence[Path]) -> None:
        super().__init__(css_path=list(css_path))
        self._waiting: deque[Pressed] = deque()

    def hold_keys(self) -> None:
        """Let all keys wait until `let_keys_go`, because of what is being done."""
        self._held = True

    def let_keys_go(self) -> None:
        """Act on the keys that waited, and on those to come."""
        self._held = False
        self.call_later(self._next_turn)

    async def on_event(self, event: events.Event) -> None:
        """Let keys and pastes wait for their turn; all other events go on at once."""
        if not isinstance(event, Pressed) or event.is_forwarded:
            await super().on_event(event)
        elif self._taken or self._held:
            self._waiting.append(event)
        else:
            await self._take_turn(event)

    async def _take_turn(self, event: Pressed) -> None:
        self._taken = True
        self._turn += 1
        turn = self._turn
        path = (self.focused or self.screen).ancestors_with_self
        loop = asyncio.get_running_loop()
        self._over = loop.call_later(_PATIENCE_S, self.call_later, self._end_turn, turn)
        await super().on_event(event)
        self._follow(turn, path, 0, _ROUNDS)

    def _follow(self, turn: int, path: Sequence[DOMNode], place: int, rounds: int) -> None:
        """Send a call after the event, from widget to widget up to the app.

        Each widget handles what it is sent in order, so the call arrives at the app when the event
        and what it has set off below have been handled.
        """
        for at in range(place, len(path) - 1):
            after = partial(self._follow, turn, path, at + 1, rounds)
            if path[at].call_later(after):  # else it is gone
                return
        if rounds > 1:
            if self.screen not in path:  # another one was opened
                path = self.screen.ancestors_with_self
            self._follow(turn, path, 0, rounds - 1)
        else:
            self.call_later(self._end_turn, turn)

    async def _end_turn(self, turn: int) -> None:
        """Let the next key have its turn."""
        if turn != self._turn:
            return
        if self._over is not None:
            self._over.cancel()
        self._taken = False
        await self._next_turn()

    async def _next_turn(self) -> None:
        if self._waiting and not self._taken and not self._held:
            await self._take_turn(self._waiting.popleft())
