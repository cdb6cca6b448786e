"""Time spent on a card. Owns what counts: not a lunch with the card open, nor another window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

LONGEST_MS = 10 * 60 * 1000
"""Milliseconds; a card left open over lunch took no more than this."""


class Stopwatch:
    """Runs from `start`, stands still from `pause` to `go_on`.

    Args:
        clock: what time it is.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._spent = 0.0
        self._since: datetime | None = None
        self.paused = False

    def start(self) -> None:
        """Begin again at nothing; while paused, stand there."""
        self._spent = 0.0
        self._since = None if self.paused else self._clock()

    def pause(self) -> None:
        """Stand still."""
        self._spent += self._running()
        self._since = None
        self.paused = True

    def go_on(self) -> None:
        """Run again, if it was paused."""
        if self.paused:
            self.paused = False
            self._since = self._clock()

    def _running(self) -> float:
        if self._since is None:
            return 0.0
        return max(0.0, (self._clock() - self._since).total_seconds() * 1000)

    @property
    def spent_ms(self) -> int:
        """Milliseconds since `start`, pauses left out, at most `LONGEST_MS`."""
        return min(round(self._spent + self._running()), LONGEST_MS)

    @property
    def shown(self) -> str:
        """The time as `1:05`, with a sign while it stands still."""
        minutes, seconds = divmod(self.spent_ms // 1000, 60)
        return f"{'‖ ' if self.paused else ''}{minutes}:{seconds:02}"
