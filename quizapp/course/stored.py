"""A deck in the form that it is cached in: an index of its cards, and notes read one by one.

Owns that a course of 100,000 cards starts without making 100,000 cards. Leaves when a cache file
may be trusted to `cache`, finding a card among many decks to `cardmap`, and parsing to `decks`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

from quizapp.course.cache import to_line
from quizapp.course.codec import from_note, from_text, to_note, to_text
from quizapp.domain.cards import Card, Deck, Note
from quizapp.domain.text import Text
from quizapp.errors import CourseError, Phrase

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
        "cards": sum(map(len, parts.values())),
        "changed": {note.id: note.rev for note in deck.notes if note.rev > 1},
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
    """

    def __init__(
        self,
        path: str,
        header: Mapping[str, Any],
        body: Callable[[], bytes],
        reread: Callable[[], tuple[dict[str, Any], bytes]],
    ) -> None:
        self._given = header
        self._read_body = body
        self._set_up(path, header["topic"], reread)

    def _set_up(
        self, path: str, topic: str, reread: Callable[[], tuple[dict[str, Any], bytes]]
    ) -> None:
        self.path = path
        self.topic = topic
        self._reread = reread
        self._repaired = False
        self._notes: dict[str, Note] = {}

    @cached_property
    def header(self) -> Mapping[str, Any]:
        """As `pack` made it."""
        return self._given

    @property
    def title(self) -> Text:
        """The deck's."""
        return to_text(self.header["title"])

    @property
    def count(self) -> int:
        """How many cards it has."""
        count: int = self.header["cards"]
        return count

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

    @cached_property
    def deck(self) -> Deck:
        """The deck, with notes and cards that are read when asked for."""
        cards = _Ids(self.count, lambda: self.card_ids)
        notes = _Ids(None, lambda: self.note_ids)
        return Deck(
            self.topic,
            self.title,
            LazySequence(notes, self.note),
            LazySequence(cards, self.card),
            cards,
        )

    @cached_property
    def card_ids(self) -> tuple[str, ...]:
        """Ids of all cards, in order."""
        if not self.header["parted"]:  # a cloze note with one gap gives one card, too
            return tuple(self.note_ids)
        return tuple(card_id for note_id in self.note_ids for card_id in self.cards_of(note_id))

    def cards_of(self, note_id: str) -> list[str]:
        """Ids of the cards that a note of this deck gives."""
        parts: list[str] | None = self.header["parted"].get(note_id)
        return [note_id] if parts is None else ids_of(note_id, parts)

    def parts_of(self, note_id: str) -> str | None:
        """Parts of the cards that a note gives, with a blank between; None for one without any."""
        parts: list[str] | None = self.header["parted"].get(note_id)
        return None if parts is None else " ".join(parts)

    @property
    def changed(self) -> Mapping[str, int]:
        """Note -> its `rev`, of those whose author has raised it."""
        found: Mapping[str, int] = self.header["changed"]
        return found

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

    def note(self, note_id: str, line: str = "") -> Note:
        """The note with `note_id`, which the deck has.

        Args:
            note_id: of the note.
            line: the note as the catalogue has it, from whoever has that at hand.
        """
        note = self._notes.get(note_id)
        if note is None:
            try:
                note = self._parse(note_id, line)
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

    def _parse(self, note_id: str, _line: str = "") -> Note:
        own = self._lines[self._places[note_id]]
        note = to_note(json.loads(own), self.topic, self.path)
        if note.id != note_id:
            raise ValueError("another note lies there")
        return note

    def _repair(self, note_id: str) -> Note:
        header, body = self._reread()
        fresh = StoredDeck(self.path, header, lambda: body, self._reread)
        if not fresh.has_note(note_id):
            what = Phrase("note `{name}` is gone since the course was opened", name=note_id)
            raise CourseError(self.path, 0, what, "open the course again")
        self._places, self._lines, self._repaired = fresh._places, fresh._lines, True
        return self._parse(note_id)


def ids_of(note_id: str, parts: Iterable[str]) -> list[str]:
    """Ids of the cards of a note with these parts."""
    return [f"{note_id}/{part}" if part else note_id for part in parts]


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


class Decks(Sequence[StoredDeck]):
    """The decks of a course in order, each made when it is asked for.

    Args:
        topics: in order.
        make: topic -> its deck.
        made: those that are there already.
    """

    def __init__(
        self,
        topics: Sequence[str],
        make: Callable[[str], StoredDeck],
        made: Mapping[str, StoredDeck],
    ) -> None:
        self.topics = topics
        self._make = make
        self._made = dict(made)
        self._known = frozenset(topics)

    def of(self, topic: str) -> StoredDeck | None:
        """The deck of a topic; None where it has none."""
        if topic not in self._known:
            return None
        deck = self._made.get(topic)
        if deck is None:
            deck = self._made[topic] = self._make(topic)
        return deck

    def served(self, topic: str) -> Deck:
        """The deck of a topic as the domain has it; KeyError where there is none."""
        deck = self.of(topic)
        if deck is None:
            raise KeyError(topic)
        return deck.deck

    def with_more(self, decks: Sequence[StoredDeck]) -> Decks:
        """These decks, and others after them."""
        if not decks:
            return self
        more = {deck.topic: deck for deck in decks}
        return Decks([*self.topics, *more], self._make, self._made | more)

    def __len__(self) -> int:
        return len(self.topics)

    @overload
    def __getitem__(self, index: int) -> StoredDeck: ...
    @overload
    def __getitem__(self, index: slice) -> list[StoredDeck]: ...
    def __getitem__(self, index: int | slice) -> StoredDeck | list[StoredDeck]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        deck = self.of(self.topics[index])
        assert deck is not None, "every topic here has a deck"
        return deck
