"""Cards gone through without recording anything. Owns which comes next and which come again.

Leaves which cards there are to the engine; never knows a schedule.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

COMES_AGAIN_AFTER = 5
"""How many other cards are asked before one that was not remembered."""


class Practice:
    """A pile of cards: what is remembered leaves it, what is not comes again a little later.

    Args:
        items: ids, first to be asked first; each once.
    """

    def __init__(self, items: Iterable[str]) -> None:
        self._pile = deque(items)
        self._done: list[tuple[str, int | None]] = []
        self._missed: dict[str, int] = {}

    def __len__(self) -> int:
        """How many are still on the pile."""
        return len(self._pile)

    @property
    def next(self) -> str | None:
        """The card to ask; None when all were remembered."""
        return self._pile[0] if self._pile else None

    def times(self, item: str) -> int:
        """How often `item` was asked and not remembered."""
        return self._missed.get(item, 0)

    def answered(self, item: str, *, remembered: bool) -> None:
        """Take `item` off the pile, or put it back a little deeper when it was not remembered."""
        self.drop(item)
        place = None if remembered else min(COMES_AGAIN_AFTER, len(self._pile))
        if place is not None:
            self._pile.insert(place, item)
            self._missed[item] = self.times(item) + 1
        self._done.append((item, place))

    def drop(self, item: str) -> None:
        """Take `item` off the pile, if it is there."""
        if self.next == item:
            self._pile.popleft()
        elif item in self._pile:
            self._pile.remove(item)

    def put_back(self, item: str) -> None:
        """Ask `item` next, as after it was dropped."""
        self.drop(item)
        self._pile.appendleft(item)

    def take_back(self) -> str | None:
        """Undo the last answer, so that its card is asked next; None without one."""
        if not self._done:
            return None
        item, place = self._done.pop()
        if place is not None:
            self._missed[item] -= 1
        self.put_back(item)
        return item
