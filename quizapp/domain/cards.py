"""Notes and cards as data. Owns their shape; leaves reading to `course`, serving to `study`."""

# Without deferred annotations: a named tuple would compile each of its own, 10 microseconds apiece.

from collections.abc import Sequence
from enum import StrEnum
from pathlib import PurePath
from typing import Literal, NamedTuple, TypeAlias

from quizapp.domain.text import Text


class Kind(StrEnum):
    """How a note is asked."""

    BASIC = "basic"
    REVERSED = "reversed"
    CLOZE = "cloze"
    CHOICE = "choice"
    TYPED = "typed"
    PREDICT = "predict"


class AnswerType(StrEnum):
    """How a typed answer is compared: text, a number, a shape, or an expression by value."""

    TEXT = "text"
    NUMBER = "number"
    SHAPE = "shape"
    EXPRESSION = "expression"


Drawn: TypeAlias = int | float | str | tuple[int, ...]
"""One drawn value of a parametric note; a tuple is a shape."""


class Draw(NamedTuple):
    """How one name of a parametric note is drawn from a seed.

    `how` and `arguments`:
        int     (low, high)                     inclusive
        float   (low, high, step)               on the grid low, low + step, …
        choice  (value, …)                      ints, floats or strings
        shape   (fewest axes, most axes, smallest size, largest size)
        axis_of (name of a shape drawn before,) a valid non-negative axis of it
    """

    name: str
    how: Literal["int", "float", "choice", "shape", "axis_of"]
    arguments: tuple[int | float | str, ...]


class Option(NamedTuple):
    """One option of a choice note."""

    text: Text
    correct: bool


class TypedAnswer(NamedTuple):
    """What a typed note accepts.

    `value` is a literal (`literal=True`: text, number or shape as written in the deck, compared
    without the sandbox) or Python source that is evaluated in the sandbox with the drawn names.
    """

    type: AnswerType
    value: str
    literal: bool
    tolerance: float = 0.0
    accept: tuple[str, ...] = ()


def is_own(path: str) -> bool:
    """Whether a file is the learner's own; those of a course are named relative to its root."""
    return PurePath(path).is_absolute()


class Location(NamedTuple):
    """Where an entry stands, for errors and for `$EDITOR`.

    Attributes:
        path: relative to the course, or absolute where it `is_own`.
    """

    path: str
    line: int


class Note(NamedTuple):
    """One entry of a deck. `id` never changes: the history of its cards hangs on it."""

    id: str
    kind: Kind
    topic: str
    front: Text
    back: Text
    source: str
    location: Location
    tags: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    proof: str | None = None
    erratum: Text | None = None
    given: tuple[Draw, ...] = ()
    options: tuple[Option, ...] = ()
    answer: TypedAnswer | None = None
    setup: str = ""
    """Python that runs before an expression answer (imports of torch and numpy are implied)."""
    code: str | None = None
    """The snippet of a predict note; what it prints is the answer."""

    rev: int = 1
    """Raised by the author when what the note says has changed: who knew it is asked early."""


def text_of(note: Note) -> str:
    """All that a search for a text looks at, case-folded, one piece a line."""
    options = (text for option in note.options for text in (option.text.en, option.text.zh))
    sides = (note.front.en, note.front.zh, note.back.en, note.back.zh)
    texts = (note.id, note.topic, *note.tags, *sides, note.code or "", *options)
    return "\n".join(texts).casefold()


class Card(NamedTuple):
    """One thing to review. `part` tells siblings apart: empty, "reversed", "c1", "c2" and so on."""

    note: Note
    part: str = ""

    @property
    def id(self) -> str:
        """The note's, with the part if there is one."""
        return f"{self.note.id}/{self.part}" if self.part else self.note.id


class CardKey(NamedTuple):
    """What putting cards in order needs of one, so that its note need not be read.

    Attributes:
        id: of the card.
        note: id of its note; cards of one note are siblings.
        topic: whose deck it is in.
    """

    id: str
    note: str
    topic: str


class Deck(NamedTuple):
    """One deck file: a topic and its notes, in the order they are written.

    Attributes:
        notes: a sequence that may be read from the cache note by note, when one is asked for.
        cards: likewise; iterate `card_ids` where the ids are enough.
        card_ids: ids of `cards`, in the same order; costs nothing.
    """

    topic: str
    title: Text
    notes: Sequence[Note]
    cards: Sequence[Card]
    card_ids: Sequence[str]
