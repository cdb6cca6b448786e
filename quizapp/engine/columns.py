"""What lists of cards are sorted by and `prop:` asks for. Owns these words; leaves the figures.

It imports nothing, so that a command can name them in its help.
"""

from __future__ import annotations

from enum import StrEnum


class Sort(StrEnum):
    """By what a list of cards is sorted; `COURSE` is the order in which they are introduced."""

    COURSE = "course"
    CARD = "card"
    DECK = "deck"
    PHASE = "phase"
    DUE = "due"
    STABILITY = "stability"
    DIFFICULTY = "difficulty"
    RETRIEVABILITY = "retrievability"
    LAPSES = "lapses"
    REPS = "reps"
    INTERVAL = "interval"
    FLAG = "flag"


PROPERTIES = (
    Sort.STABILITY,
    Sort.DIFFICULTY,
    Sort.RETRIEVABILITY,
    Sort.LAPSES,
    Sort.REPS,
    Sort.INTERVAL,
    Sort.DUE,
)
"""Those that `prop:` may ask for."""

SHORT = {
    "s": Sort.STABILITY,
    "d": Sort.DIFFICULTY,
    "r": Sort.RETRIEVABILITY,
    "ivl": Sort.INTERVAL,
}
"""Other words for some of these, in `prop:`."""
