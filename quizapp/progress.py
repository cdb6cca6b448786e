"""How far work is that takes long. Owns what such work is called; leaves showing it to others."""

from __future__ import annotations

from collections.abc import Callable

DECKS = "Reading the decks"
INDEX = "Keeping what was read"
COPY = "Copying your data"
UPGRADE = "Upgrading your data"

Progress = Callable[[str, int, int], None]
"""Told what is done, how much of it, of how much; of 0 where nobody knows.

Asked only where there is such work, in the thread that does it. What it raises ends the work, with
nothing half done.
"""


def say_nothing(_what: str, _done: int, _total: int) -> None:
    """Nobody waits."""
