"""What goes out to other programs: notes with their cards, schedules and answers.

Owns their shape; leaves what is written on them to the engine and their form to each format.
"""

from __future__ import annotations

from dataclasses import dataclass

from quizapp.domain.cards import Card, Kind
from quizapp.domain.memory import Schedule
from quizapp.domain.text import Text


@dataclass(frozen=True, slots=True)
class CardSheet:
    """One card as it goes out.

    Attributes:
        front, back: Markdown, as they are shown when the card is asked and answered.
    """

    card: Card
    front: Text
    back: Text
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class NoteSheet:
    """One note as it goes out, with its cards in the order of their parts.

    Attributes:
        deck: names from the whole course down to the deck.
        front, back: Markdown of the note itself; cloze marks stand in the front.
        remark: a line for the back of a note that is not served as it is in quizapp.
    """

    id: str
    kind: Kind
    deck: tuple[str, ...]
    front: Text
    back: Text
    tags: tuple[str, ...]
    cards: tuple[CardSheet, ...]
    remark: Text | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What could not go out, or come in, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Written:
    """What an export came to."""

    notes: int
    cards: int
    answers: int
