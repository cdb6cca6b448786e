"""A deck in the form that it is cached in: an index of its cards, and notes read one by one.

Owns that a course of 100,000 cards starts without making 100,000 cards. Leaves when a cache file
may be trusted to `cache`, and parsing to `decks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

from quizapp.course.cache import Buffer, line_at, to_line
from quizapp.course.codec import from_note, from_text, to_note, to_text
from quizapp.domain.cards import Card, Deck, Note
from quizapp.errors import CourseError

if TYPE_CHECKING:
    from quizapp.course.decks import ParsedDeck

T = TypeVar("T")


def pack(deck: ParsedDeck) -> tuple[dict[str, Any], bytes]:
    """The header and the body of a parsed deck: an index by card id, and a line for each note."""
    from quizapp.course.notes import cards_of

    offsets: dict[str, int] = {}
    parted: dict[str, list[str]] = {}
    lines: list[bytes] = []
    size = 0
    for note in deck.notes:
        cards = cards_of(note)
        offsets.update((card.id, size) for card in cards)
        if any(card.part for card in cards):
            parted[note.id] = [card.part for card in cards]
        lines.append(to_line(from_note(note)))
        size += len(lines[-1])
    header = {
        "topic": deck.topic,
        "title": from_text(deck.title),
        "offsets": offsets,
        "parted": parted,
        "exercises": deck.exercises,
        "aliases": deck.aliases,
    }
    return header, b"".join(lines)


class StoredDeck:
    """A deck whose notes are read when they are asked for.

    Args:
        path: the deck file, as shown in errors.
        header: as `pack` made it; KeyError or ValueError where it is not.
        buffer: holds a line for each note, from `body` on.
        reread: parses the deck file afresh and packs it; called where the buffer is damaged.

    Attributes:
        offsets: card id -> where its note's line begins, counted from `body`.
        parted: note id -> parts of its cards, for notes that give several cards.
        exercises: slug -> line where a note first names it.
        aliases: former note id -> (today's note id, line).
    """

    def __init__(
        self,
        path: str,
        header: Mapping[str, Any],
        buffer: Buffer,
        body: int,
        reread: Callable[[], tuple[dict[str, Any], bytes]],
    ) -> None:
        self.path = path
        self.topic: str = header["topic"]
        self.title = to_text(header["title"])
        self.offsets: dict[str, int] = header["offsets"]
        self.parted: dict[str, list[str]] = header["parted"]
        self.exercises: dict[str, int] = header["exercises"]
        self.aliases: dict[str, tuple[str, int]] = header["aliases"]
        self._buffer = buffer
        self._body = body
        self._reread = reread
        self._notes: dict[str, Note] = {}

    def deck(self) -> Deck:
        """The deck, with notes and cards that are read when asked for."""
        ids = tuple(self.offsets)
        notes = LazySequence(self._note_ids, self.note)
        return Deck(self.topic, self.title, notes, LazySequence(lambda: ids, self.card), ids)

    def card(self, card_id: str) -> Card:
        """The card with `card_id`; KeyError where the deck has none."""
        if card_id not in self.offsets:
            raise KeyError(card_id)
        note_id, _, part = card_id.partition("/")
        return Card(self.note(note_id), part)

    def card_ids(self, note_id: str) -> list[str]:
        """Ids of the cards that a note of this deck gives."""
        parts = self.parted.get(note_id, [""])
        return [f"{note_id}/{part}" if part else note_id for part in parts]

    def note(self, note_id: str) -> Note:
        """The note with `note_id`, which the deck has."""
        note = self._notes.get(note_id)
        if note is None:
            try:
                note = self._parse(note_id)
            except (ValueError, KeyError, TypeError, IndexError, RecursionError):
                note = self._repair(note_id)
            self._notes[note_id] = note
        return note

    def _parse(self, note_id: str) -> Note:
        offset = self.offsets[self.card_ids(note_id)[0]]
        note = to_note(line_at(self._buffer, self._body + offset), self.topic, self.path)
        if note.id != note_id:
            raise ValueError("another note lies there")
        return note

    def _repair(self, note_id: str) -> Note:
        header, self._buffer = self._reread()
        self._body, self.offsets, self.parted = 0, header["offsets"], header["parted"]
        if self.card_ids(note_id)[0] not in self.offsets:
            what = f"note `{note_id}` is gone since the course was opened"
            raise CourseError(self.path, 0, what, "open the course again")
        return self._parse(note_id)

    def _note_ids(self) -> tuple[str, ...]:
        if not self.parted:
            return tuple(self.offsets)
        return tuple(dict.fromkeys(card_id.partition("/")[0] for card_id in self.offsets))


class LazySequence(Sequence[T]):
    """A sequence that knows its ids and reads an item when it is asked for.

    Args:
        ids: called once, when the ids are first needed.
        read: id -> item.
    """

    def __init__(self, ids: Callable[[], Sequence[str]], read: Callable[[str], T]) -> None:
        self._make_ids = ids
        self._read = read

    @cached_property
    def _ids(self) -> Sequence[str]:
        return self._make_ids()

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
            if card_id in deck.offsets:
                return deck.card(card_id)
        raise KeyError(card_id)

    def __contains__(self, card_id: object) -> bool:
        return any(card_id in deck.offsets for deck in self._decks)

    def __iter__(self) -> Iterator[str]:
        for deck in self._decks:
            yield from deck.offsets

    def __len__(self) -> int:
        return sum(len(deck.offsets) for deck in self._decks)
