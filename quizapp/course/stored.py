"""A deck in the form that it is cached in: an index of its cards, and notes read one by one.

Owns that a course of 100,000 cards starts without making 100,000 cards. Leaves when a cache file
may be trusted to `cache`, and parsing to `decks`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

from quizapp.course.cache import to_line
from quizapp.course.codec import from_note, from_text, to_note, to_text
from quizapp.domain.cards import Card, Deck, Note
from quizapp.errors import CourseError

if TYPE_CHECKING:
    from quizapp.course.decks import ParsedDeck

T = TypeVar("T")


def pack(deck: ParsedDeck) -> tuple[dict[str, Any], bytes]:
    """The header and the body of a parsed deck: its ids, and a line for each note."""
    from quizapp.course.notes import cards_of

    parts = {note.id: [card.part for card in cards_of(note)] for note in deck.notes}
    header = {
        "topic": deck.topic,
        "title": from_text(deck.title),
        # One string is read ten times as fast as a list, and ids hold no blank.
        "notes": " ".join(parts),
        "parted": {note_id: some for note_id, some in parts.items() if some != [""]},
        "exercises": deck.exercises,
        "aliases": deck.aliases,
    }
    return header, b"".join(to_line(from_note(note)) for note in deck.notes)


class StoredDeck:
    """A deck whose notes are read when they are asked for.

    Args:
        path: the deck file, as shown in errors.
        header: as `pack` made it.
        body: called when the first note is asked for; gives what `pack` made, or raises OSError or
            ValueError where it is lost.
        reread: parses the deck file afresh and packs it; called where the body is lost or damaged.

    Attributes:
        note_ids: in the order of the file.
        exercises: slug -> line where a note first names it.
        aliases: former note id -> (today's note id, line).
    """

    def __init__(
        self,
        path: str,
        header: Mapping[str, Any],
        body: Callable[[], bytes],
        reread: Callable[[], tuple[dict[str, Any], bytes]],
    ) -> None:
        self.path = path
        self.topic: str = header["topic"]
        self.note_ids: list[str] = header["notes"].split()
        self.exercises: dict[str, int] = header["exercises"]
        self.aliases: dict[str, tuple[str, int]] = header["aliases"]
        self._title = to_text(header["title"])
        self._parted: dict[str, list[str]] = header["parted"]
        self._read_body = body
        self._reread = reread
        self._notes: dict[str, Note] = {}

    def deck(self) -> Deck:
        """The deck, with notes and cards that are read when asked for."""
        notes, cards = LazySequence(self.note_ids, self.note), self.card_ids
        return Deck(self.topic, self._title, notes, LazySequence(cards, self.card), cards)

    @cached_property
    def card_ids(self) -> tuple[str, ...]:
        """Ids of all cards, in order."""
        if not self._parted:
            return tuple(self.note_ids)
        return tuple(card_id for note_id in self.note_ids for card_id in self.cards_of(note_id))

    def cards_of(self, note_id: str) -> list[str]:
        """Ids of the cards that a note of this deck gives."""
        parts = self._parted.get(note_id)
        if parts is None:
            return [note_id]
        return [f"{note_id}/{part}" if part else note_id for part in parts]

    def has_note(self, note_id: str) -> bool:
        """Whether the deck has a note with `note_id`."""
        return note_id in self._places

    def __contains__(self, card_id: object) -> bool:
        """Whether the deck has a card with `card_id`."""
        if not isinstance(card_id, str):
            return False
        note_id = card_id.partition("/")[0]
        return note_id in self._places and card_id in self.cards_of(note_id)

    def card(self, card_id: str) -> Card:
        """The card with `card_id`; KeyError where the deck has none."""
        if card_id not in self:
            raise KeyError(card_id)
        note_id, _, part = card_id.partition("/")
        return Card(self.note(note_id), part)

    def note(self, note_id: str) -> Note:
        """The note with `note_id`, which the deck has."""
        note = self._notes.get(note_id)
        if note is None:
            try:
                note = self._parse(note_id)
            except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError):
                note = self._repair(note_id)
            self._notes[note_id] = note
        return note

    @cached_property
    def _places(self) -> dict[str, int]:
        return {note_id: place for place, note_id in enumerate(self.note_ids)}

    @cached_property
    def _lines(self) -> list[bytes]:
        return self._read_body().split(b"\n")

    def _parse(self, note_id: str) -> Note:
        line = self._lines[self._places[note_id]]
        note = to_note(json.loads(line), self.topic, self.path)
        if note.id != note_id:
            raise ValueError("another note lies there")
        return note

    def _repair(self, note_id: str) -> Note:
        header, body = self._reread()
        fresh = StoredDeck(self.path, header, lambda: body, self._reread)
        if not fresh.has_note(note_id):
            what = f"note `{note_id}` is gone since the course was opened"
            raise CourseError(self.path, 0, what, "open the course again")
        self._places, self._lines = fresh._places, fresh._lines
        return self._parse(note_id)


class LazySequence(Sequence[T]):
    """A sequence that knows its ids and reads an item when it is asked for."""

    def __init__(self, ids: Sequence[str], read: Callable[[str], T]) -> None:
        self._ids = ids
        self._read = read

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        if isinstance(index, slice):
            return tuple(map(self._read, self._ids[index]))
        return self._read(self._ids[index])

    def __iter__(self) -> Iterator[T]:
        return map(self._read, self._ids)


class CardMap(Mapping[str, Card]):
    """Card id -> card over several decks, in their order; a card is read when asked for."""

    def __init__(self, decks: Sequence[StoredDeck]) -> None:
        self._decks = decks

    def __getitem__(self, card_id: str) -> Card:
        for deck in self._decks:
            if card_id in deck:
                return deck.card(card_id)
        raise KeyError(card_id)

    def __contains__(self, card_id: object) -> bool:
        return any(card_id in deck for deck in self._decks)

    def __iter__(self) -> Iterator[str]:
        for deck in self._decks:
            yield from deck.card_ids

    def __len__(self) -> int:
        return sum(len(deck.card_ids) for deck in self._decks)
