"""A deck in the form that it is cached in: an index of its cards, and notes read one by one.

Owns that a course of 100,000 cards starts without making 100,000 cards. Leaves when a cache file
may be trusted to `cache`, and parsing to `decks`.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

from quizapp.course.cache import to_line
from quizapp.course.codec import from_note, from_text, to_note, to_text
from quizapp.domain.cards import Card, CardKey, Deck, Note
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
            what = f"note `{note_id}` is gone since the course was opened"
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


class CardMap(Mapping[str, Card]):
    """Card id -> card over several decks, in their order; a card is read when asked for.

    Args:
        decks: in order.
        catalogue: of the first of them, which it answers for; None for none.
    """

    def __init__(self, decks: Decks, catalogue: Catalogue | None = None) -> None:
        self._decks = decks
        self._catalogue = catalogue
        self._rest: tuple[bool, dict[str, StoredDeck]] | None = None
        self._absent: set[str] = set()
        self._latest: tuple[str, Card] | tuple[None, None] = None, None

    def deck_of(self, note_id: str) -> StoredDeck | None:
        """The deck that has a note of that id."""
        topic = self._catalogue.topic_of(note_id) if self._catalogue else None
        return self._decks.of(topic) if topic else self._unlisted([note_id]).get(note_id)

    def named(self, name: str) -> list[str]:
        """Ids of the cards that are meant by the id of a card, or of a note with several."""
        deck = self.deck_of(name)
        return [name] if deck is None or name in deck else deck.cards_of(name)

    def keys_of(self, card_ids: Iterable[str]) -> dict[str, CardKey]:
        """Id -> key of those cards that there are, in the order of the ids; reads no note."""
        notes = {card_id: card_id.partition("/")[0] for card_id in card_ids}
        listed = self._catalogue.find(notes.values()) if self._catalogue else {}
        others = self._unlisted({name for name in notes.values() if name not in listed})
        found = {}
        for card_id, note_id in notes.items():
            place = listed.get(note_id)
            if place is not None:
                topic, parts = place
                there = card_id in ids_of(note_id, parts)
            elif (deck := others.get(note_id)) is not None:
                topic, there = deck.topic, card_id in deck
            else:
                continue
            if there:
                found[card_id] = CardKey(card_id, note_id, topic)
        return found

    def changed(self) -> dict[str, int]:
        """Card -> `rev` of its note, of those whose author has raised it; reads no note."""
        catalogue = self._catalogue
        found = catalogue.changed() if catalogue else {}
        for topic in self._decks.topics:
            if catalogue and catalogue.holds(topic):
                continue
            if deck := self._decks.of(topic):
                for note_id, rev in deck.changed.items():
                    found |= dict.fromkeys(deck.cards_of(note_id), rev)
        return found

    def notes_among(self, names: Iterable[str]) -> set[str]:
        """Those of the names that are ids of notes."""
        names = list(names)
        listed = self._catalogue.find(names) if self._catalogue else {}
        others = self._unlisted([name for name in names if name not in listed])
        return {name for name in names if name in listed or name in others}

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
                    if deck := self._decks.of(topic):
                        yield from deck.cards_of(note_id)
            except (sqlite3.Error, ValueError, KeyError):
                catalogue = None  # it is broken, so every card has to be looked at
        for topic in self._decks.topics:
            if (catalogue and catalogue.holds(topic)) or (topics and topic not in topics):
                continue
            if deck := self._decks.of(topic):
                for card_id in deck.card_ids:
                    if card_id.partition("/")[0] not in seen:
                        yield card_id

    def twins(self) -> list[list[str]]:
        """Groups of notes that ask the same, as `fronts` reads them, in the course's order."""
        from quizapp.course.fronts import alike

        catalogue = self._catalogue
        unlisted = self._keys(catalogue)
        if catalogue is not None:
            try:
                return alike([*catalogue.alike({key for key, _ in unlisted}), *unlisted])
            except (sqlite3.Error, ValueError, KeyError):
                unlisted = self._keys(None)  # it is broken, so every note has to be looked at
        return alike(unlisted)

    def _keys(self, catalogue: Catalogue | None) -> list[tuple[int, str]]:
        """Keys of fronts, and ids of the notes, of all decks that the catalogue does not hold."""
        from quizapp.course.fronts import keys_of

        return [
            (key, note_id)
            for topic in self._decks.topics
            if not (catalogue and catalogue.holds(topic)) and (deck := self._decks.of(topic))
            for note_id in deck.note_ids
            for key in keys_of(deck.note(note_id))
        ]

    def index(self, progress: Callable[[int, int], None]) -> None:
        """Get ready for `candidates`, which else does it when it is first asked for anything.

        Args:
            progress: told how many decks are done, of how many; not called where none is left.
        """
        if self._catalogue is not None:
            with suppress(sqlite3.Error, ValueError, KeyError):  # searching does without
                self._catalogue.index(progress)

    def __getitem__(self, card_id: str) -> Card:
        if self._latest[0] == card_id:  # what is asked is answered next
            return self._latest[1]
        note_id, _, part = card_id.partition("/")
        held = self._catalogue.note(note_id) if self._catalogue else None
        # Not by the deck's own index, since that would read the names of all cards that it has.
        topic, parts, line = held or (self.keys_of([card_id])[card_id].topic, [part], "")
        deck = self._decks.of(topic)
        if deck is None or card_id not in ids_of(note_id, parts):
            raise KeyError(card_id)
        card = Card(deck.note(note_id, line), part)
        self._latest = card_id, card
        return card

    def __contains__(self, card_id: object) -> bool:
        return isinstance(card_id, str) and card_id in self.keys_of([card_id])

    def __iter__(self) -> Iterator[str]:
        for deck in self._decks:
            yield from deck.card_ids

    def __len__(self) -> int:
        return sum(deck.count for deck in self._decks)

    def _unlisted(self, note_ids: Collection[str]) -> dict[str, StoredDeck]:
        """The decks of those notes that the catalogue did not find."""
        if not note_ids:
            return {}
        found = {name: self._others[name] for name in note_ids if name in self._others}
        unknown = [name for name in note_ids if name not in found and name not in self._absent]
        if unknown and self._catalogue is not None:
            decks = filter(None, map(self._decks.of, self._catalogue.mentioning(unknown)))
            found |= {name: deck for deck in decks for name in unknown if deck.has_note(name)}
            self._absent.update(name for name in unknown if name not in found)
        return found

    @property
    def _others(self) -> dict[str, StoredDeck]:
        """Notes that the catalogue does not answer for; all of them once it is broken."""
        answers = self._catalogue is not None and self._catalogue.answers
        if self._rest is None or self._rest[0] is not answers:
            others = {
                note_id: deck
                for topic in self._decks.topics
                if not (answers and self._catalogue and self._catalogue.holds(topic))
                if (deck := self._decks.of(topic))
                for note_id in deck.note_ids
            }
            self._rest = (answers, others)
        return self._rest[1]
