"""A deck in the form that it is cached in: an index of its cards, and notes read one by one.

Owns that a course of 100,000 cards starts without making 100,000 cards. Leaves when a cache file
may be trusted to `cache`, and parsing to `decks`.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

from quizapp.course.cache import to_line
from quizapp.course.codec import from_note, from_text, to_note, to_text
from quizapp.domain.cards import Card, Deck, Note
from quizapp.domain.text import Text
from quizapp.errors import CourseError

if TYPE_CHECKING:
    from quizapp.course.catalogue import Catalogue
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
        "cards": sum(map(len, parts.values())),
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
        count: how many cards it has.
    """

    def __init__(
        self,
        path: str,
        header: Mapping[str, Any],
        body: Callable[[], bytes],
        reread: Callable[[], tuple[dict[str, Any], bytes]],
    ) -> None:
        self._header = header
        self._read_body = body
        title = to_text(header["title"])
        self._set_up(path, header["topic"], title, header["cards"], reread)

    def _set_up(
        self,
        path: str,
        topic: str,
        title: Text,
        count: int,
        reread: Callable[[], tuple[dict[str, Any], bytes]],
    ) -> None:
        self.path = path
        self.topic = topic
        self._title = title
        self.count = count
        self._reread = reread
        self._repaired = False
        self._notes: dict[str, Note] = {}

    @property
    def header(self) -> Mapping[str, Any]:
        """As `pack` made it."""
        return self._header

    @cached_property
    def note_ids(self) -> list[str]:
        """In the order of the file."""
        ids: str = self.header["notes"]
        return ids.split()

    @property
    def exercises(self) -> dict[str, int]:
        """Slug -> line where a note first names it."""
        found: dict[str, int] = self.header["exercises"]
        return found

    @property
    def aliases(self) -> dict[str, tuple[str, int]]:
        """Former note id -> (today's note id, line)."""
        found: dict[str, tuple[str, int]] = self.header["aliases"]
        return found

    def lines(self) -> list[bytes]:
        """The notes as `pack` made them, one a line."""
        try:
            return self._lines[: len(self.note_ids)]
        except (OSError, ValueError):
            self._lines = self._reread()[1].split(b"\n")
            return self._lines[: len(self.note_ids)]

    def check_sum(self) -> int:
        """Tells this deck from one with other notes."""
        return zlib.crc32(b"\n".join([to_line(dict(self.header)), *self.lines()]))

    def deck(self) -> Deck:
        """The deck, with notes and cards that are read when asked for."""
        cards = _Ids(self.count, lambda: self.card_ids)
        notes = _Ids(None, lambda: self.note_ids)
        return Deck(
            self.topic,
            self._title,
            LazySequence(notes, self.note),
            LazySequence(cards, self.card),
            cards,
        )

    @cached_property
    def card_ids(self) -> tuple[str, ...]:
        """Ids of all cards, in order."""
        if self.count == len(self.note_ids):
            return tuple(self.note_ids)
        return tuple(card_id for note_id in self.note_ids for card_id in self.cards_of(note_id))

    def cards_of(self, note_id: str) -> list[str]:
        """Ids of the cards that a note of this deck gives."""
        parts: list[str] | None = self.header["parted"].get(note_id)
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
        self._places, self._lines, self._repaired = fresh._places, fresh._lines, True
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


class _Ids(Sequence[str]):
    """Ids that are read when they are asked for; how many there are, may be known before."""

    def __init__(self, count: int | None, read: Callable[[], Sequence[str]]) -> None:
        self._count = count
        self._read = read

    def __len__(self) -> int:
        return len(self._read()) if self._count is None else self._count

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self._read()[index]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())


class CardMap(Mapping[str, Card]):
    """Card id -> card over several decks, in their order; a card is read when asked for.

    Args:
        decks: in order.
        catalogue: of the first of them, which it answers for; None for none.
    """

    def __init__(self, decks: Sequence[StoredDeck], catalogue: Catalogue | None = None) -> None:
        self._decks = decks
        self._catalogue = catalogue

    def deck_of(self, note_id: str) -> StoredDeck | None:
        """The deck that has a note of that id."""
        topic = self._catalogue.topic_of(note_id) if self._catalogue else None
        if topic is not None:
            return self._by_topic.get(topic)
        return self._by_note.get(note_id)

    def named(self, name: str) -> list[str]:
        """Ids of the cards that are meant by the id of a card, or of a note with several."""
        deck = self.deck_of(name)
        return [name] if deck is None or name in deck else deck.cards_of(name)

    def candidates(self, words: Sequence[str], topics: Collection[str] = ()) -> Iterator[str]:
        """Ids of all cards that hold the words, in order, and of some that do not.

        Args:
            words: case-folded.
            topics: only of these; all when empty.
        """
        seen: set[str] = set()
        catalogue = self._catalogue
        if catalogue is not None:
            try:
                for topic, note_id in catalogue.holding(words, topics):
                    seen.add(note_id)
                    yield from self._by_topic[topic].cards_of(note_id)
            except (sqlite3.Error, ValueError, KeyError):
                catalogue = None  # it is broken, so every card has to be looked at
        for deck in self._decks:
            answered_for = catalogue is not None and catalogue.holds(deck.topic)
            if not answered_for and (not topics or deck.topic in topics):
                for card_id in deck.card_ids:
                    if card_id.partition("/")[0] not in seen:
                        yield card_id

    def __getitem__(self, card_id: str) -> Card:
        deck = self.deck_of(card_id.partition("/")[0])
        if deck is None:
            raise KeyError(card_id)
        return deck.card(card_id)

    def __contains__(self, card_id: object) -> bool:
        if not isinstance(card_id, str):
            return False
        note_id = card_id.partition("/")[0]
        topic = self._catalogue.topic_of(note_id) if self._catalogue else None
        deck = self._by_topic.get(topic) if topic else self._others.get(note_id)
        return deck is not None and card_id in deck

    def __iter__(self) -> Iterator[str]:
        for deck in self._decks:
            yield from deck.card_ids

    def __len__(self) -> int:
        return sum(deck.count for deck in self._decks)

    @cached_property
    def _by_topic(self) -> dict[str, StoredDeck]:
        return {deck.topic: deck for deck in self._decks}

    @cached_property
    def _by_note(self) -> dict[str, StoredDeck]:
        return {note_id: deck for deck in self._decks for note_id in deck.note_ids}

    @property
    def _others(self) -> dict[str, StoredDeck]:
        """Notes that the catalogue does not answer for."""
        if self._catalogue is None or not all(map(self._catalogue.holds, self._by_topic)):
            return self._by_note
        return {}
