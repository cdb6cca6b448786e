"""What a process need not read again while the learner's data stays as it is.

Owns when what was read still holds; leaves reading to whoever asks. A state of the data is told
apart by `Store.version`, so that a change by another process is noticed, too. An answer moves the
state on, but neither settings nor parameters, and the cards that wait in a way that is known: so
whoever records one says so by `advance`, and what it leaves as it was is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

T = TypeVar("T")
Version = tuple[int, ...]


class Memo:
    """Values that hold for one state of the learner's data.

    Args:
        version: of the data now.
        lock: which nothing of this process can change the data without; may be taken twice.
    """

    def __init__(
        self, version: Callable[[], Version], lock: AbstractContextManager[object]
    ) -> None:
        self._now = version
        self._version: Version = ()
        self._values: dict[str, Any] = {}
        self.lock = lock

    def get(self, name: str, read: Callable[[], T]) -> T:
        """The value of that name: as it was read, or read now because something has changed.

        Whoever is going to change the value holds the lock.
        """
        with self.lock:
            while True:
                version = self._now()
                if self._version != version:
                    self._version, self._values = version, {}
                elif name in self._values:
                    kept: T = self._values[name]
                    return kept
                value = read()
                # Another process may have written meanwhile: then it is half of what was before.
                if self._now() == version:
                    self._values[name] = value
                    return value

    def forget(self, name: str) -> None:
        """Read the value of that name anew when it is next asked for."""
        self._values.pop(name, None)

    def advance(self, before: Version, after: Version, drop: Iterable[str] = ()) -> dict[str, Any]:
        """Let what holds before a change hold after it, but for what is named.

        Whoever calls holds the lock since before the change. Gives the values that are kept, so
        that they can follow the change; none where they were out of date.
        """
        if self._version != before:
            return {}
        self._version = after
        for name in drop:
            self._values.pop(name, None)
        return self._values
