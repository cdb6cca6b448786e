"""The cards of many decks as one mapping, which reads a card when it is asked for.

Owns finding cards, and facts about them, in the catalogue where it answers, else in the decks
themselves. Leaves what a deck is to `stored`, and its file to `catalogue`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from quizapp.course.stored import Decks, StoredDeck, ids_of
from quizapp.domain.cards import Card, CardKey

if TYPE_CHECKING:
    from quizapp.course.catalogue import Catalogue


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
                for topic, note_id in catalogue.texts.holding(words, topics):
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
                return alike([*catalogue.texts.alike({key for key, _ in unlisted}), *unlisted])
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
                self._catalogue.texts.index(progress)

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
