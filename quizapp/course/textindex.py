"""Finding notes of a catalogue by the text in them, and those that ask the same.

Owns the index of trigrams (SQLite's FTS5) and of fronts, which is made deck by deck when something
is first searched for. It is asked for notes that may hold a text; whoever asks looks at each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from quizapp.course.cataloguefile import PLACES, CatalogueFile, places_of
from quizapp.course.codec import to_note
from quizapp.domain.cards import Card, Note, text_of

_AT_ONCE = 100
"""Decks that are indexed in one transaction."""

_PAGE = 64
_TRIGRAM = 3
_MOST_TRIGRAMS = 12


class TextIndex:
    """The index in one catalogue's file.

    Args:
        file: of the catalogue.
        held: gives number -> topic of the decks that are held now.
    """

    def __init__(self, file: CatalogueFile, held: Callable[[], Mapping[int, str]]) -> None:
        self._file = file
        self._held = held

    def holding(
        self, words: Sequence[str], topics: Collection[str] = ()
    ) -> Iterator[tuple[str, str]]:
        """Topic and id of each note whose text may hold all of `words`, in the course's order.

        All notes whose text, or whose cards' ids, do hold them are among these.

        Args:
            words: case-folded.
            topics: only of these; all when empty.

        Raises:
            sqlite3.Error: the file is broken, or another process is writing it.
        """
        self.index()
        held = self._held()
        trigrams = [gram for word in words for gram in _trigrams(word)]
        short = [word for word in words if len(word) < _TRIGRAM]
        where, values = ["place > ?"], list[Any]()
        source = "texts"
        if trigrams:
            source = "trigrams"
            where[0] = "trigrams MATCH ? AND trigrams.rowid > ?"
            values.append(" AND ".join('"' + gram.replace('"', '""') + '"' for gram in trigrams))
        text = "texts.text"
        if trigrams and short:
            source = "trigrams JOIN texts ON texts.place = trigrams.rowid"
        where += [f"instr({text}, ?) > 0"] * len(short)
        place = "trigrams.rowid" if trigrams else "place"
        if topics:
            numbers = [str(number) for number, topic in held.items() if topic in topics]
            where.append(f"{place} / {PLACES} IN ({', '.join(numbers)})")
        sql = (
            f"SELECT found.place, notes.id FROM (SELECT {place} AS place FROM {source} "
            f"WHERE {' AND '.join(where)} ORDER BY {place} LIMIT ?) AS found "
            "JOIN notes ON notes.place = found.place ORDER BY found.place"
        )
        last, page = -1, _PAGE
        while rows := self._file.rows(sql, *values, last, *short, page):
            for place_found, note_id in rows:
                yield held[place_found // PLACES], note_id
            last = rows[-1][0]
            page = min(64 * page, 1 << 16)

    def alike(self, keys: Iterable[int]) -> list[tuple[int, str]]:
        """Key of a front, and id of a note that has it, in the course's order.

        Given are the fronts that several notes have, and those that are asked for.

        Args:
            keys: as `fronts.keys_of` makes them.

        Raises:
            sqlite3.Error: the file is broken, or another process is writing it.
        """
        self.index()
        return self._file.rows(
            "SELECT fronts.key, notes.id FROM fronts JOIN notes ON notes.place = fronts.place "
            "WHERE fronts.key IN (SELECT key FROM fronts GROUP BY key HAVING count(*) > 1 "
            "UNION SELECT value FROM json_each(?)) ORDER BY fronts.place",
            json.dumps(list(keys)),
        )

    def index(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """Index the decks that are not; what is done stays done when this is interrupted.

        Args:
            progress: told how many decks are done, of how many; not called where none is left.

        Raises:
            sqlite3.Error: the file is broken, or another process is writing it.
        """
        topics = self._held()
        numbers = [row[0] for row in self._file.rows("SELECT number FROM decks WHERE NOT indexed")]
        for first in range(0, len(numbers), _AT_ONCE):
            progress(first, len(numbers))
            self._index_some(numbers[first : first + _AT_ONCE], topics)
        if numbers:
            progress(len(numbers), len(numbers))

    def _index_some(self, numbers: Sequence[int], topics: Mapping[int, str]) -> None:
        from quizapp.course.fronts import keys_of
        from quizapp.course.notes import cards_of

        with self._file.transaction():
            for number in numbers:
                if self._file.rows("SELECT indexed FROM decks WHERE number = ?", number) != [(0,)]:
                    continue  # another process has done it, or has removed the deck
                topic = topics[number]
                notes = [
                    (place, to_note(json.loads(body), topic, ""))
                    for place, body in self._file.rows(
                        "SELECT place, body FROM notes WHERE place BETWEEN ? AND ?",
                        *places_of(number),
                    )
                ]
                texts = [(place, _indexed(note, cards_of)) for place, note in notes]
                fronts = [(place, key) for place, note in notes for key in keys_of(note)]
                self._file.run_many("INSERT INTO fronts VALUES (?, ?)", fronts)
                for table in ("texts (place, text)", "trigrams (rowid, text)"):
                    self._file.run_many(f"INSERT INTO {table} VALUES (?, ?)", texts)
                self._file.run("UPDATE decks SET indexed = 1 WHERE number = ?", number)


def _indexed(note: Note, cards_of: Callable[[Note], Iterable[Card]]) -> str:
    """What of a note is indexed: its text, and the ids of its cards."""
    return "\n".join([text_of(note), *(card.id for card in cards_of(note) if card.part)])


def _trigrams(word: str) -> list[str]:
    """The trigrams of a word, a dozen at most: those that stand furthest apart."""
    grams = dict.fromkeys(word[at : at + _TRIGRAM] for at in range(len(word) - _TRIGRAM + 1))
    step = max(1, len(grams) // _MOST_TRIGRAMS)
    return list(grams)[::step]
