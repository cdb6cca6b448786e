"""A whole course in one file of the cache, so that neither its size nor its decks' number is felt.

Owns which decks the file holds, whether each is still what lies on the disk, and its notes by id.
Leaves the file to `cataloguefile`, finding notes by their text to `textindex`, and parsing and what
must agree between decks to `loader`. Like all of the cache it can be deleted at any time: where it
is missing, broken or locked the app is slower, and nothing else.

What its decks' files were is one text with a line for each (`stamps`), so that a course in which
nothing has changed is known by one comparison. A deck that has changed is read by `loader`, and its
notes are written anew where they differ.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizapp.course.cataloguefile import PLACES, CatalogueFile, places_of
from quizapp.course.codec import to_note, to_text
from quizapp.course.stamps import merged, topics_in
from quizapp.course.stored import StoredDeck, ids_of
from quizapp.domain.cards import Note
from quizapp.domain.text import Text
from quizapp.progress import INDEX, Progress, say_nothing

if TYPE_CHECKING:
    from quizapp.course.textindex import TextIndex

_SOME = 8
_FAILURES = (sqlite3.Error, OSError, ValueError, KeyError, TypeError, IndexError, RecursionError)


class Catalogue:
    """The catalogue of one course; made by `Catalogue.open`.

    Args:
        file: its own.
    """

    def __init__(self, file: CatalogueFile) -> None:
        self._file = file
        self._version = -1
        self._follow()
        self._seen = self.stamps

    @classmethod
    def open(cls, folder: Path | None, root: Path) -> Catalogue | None:
        """The catalogue of the course at `root`, empty where there was none that can be used.

        None where there can be none: without a folder, on a full disk, while another process
        writes it.
        """
        if folder is None:
            return None
        file = folder / "course" / f"{root.name}-{zlib.crc32(os.fsencode(root)):08x}.db"
        for attempt in range(2):
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                return cls(CatalogueFile(file))
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY:
                    return None
            except _FAILURES:
                pass
            if not attempt:
                with suppress(OSError):
                    file.unlink(missing_ok=True)
        return None

    def told(self, topic: str) -> tuple[str, int, str]:
        """Title as JSON, number of cards and header as JSON of a deck that is held.

        Raises:
            sqlite3.Error: the file is broken, or another process is writing it.
            KeyError: it is not held any more.
            ValueError: its row is damaged.
        """
        self._follow()
        if topic not in self._told:
            sql = "SELECT topic, title, cards, header, row_sum FROM decks"
            # Whoever has asked for some decks one by one is going to ask for all of them.
            some = "" if len(self._told) >= _SOME else " WHERE number = ?"
            rows = self._file.rows(sql + some, *([self._numbers[topic]] if some else ()))
            self._told |= {row[0]: row[1:4] for row in rows if _row_sum(*row[1:4]) == row[4]}
            if topic not in self._told:
                raise ValueError("damaged")
        return self._told[topic]

    @property
    def stamps(self) -> str:
        """What `keep` was last told of the decks' files; empty for nothing."""
        return self._meta.get("stamps", "")

    def agreement(self) -> tuple[int, dict[str, str]] | None:
        """What `keep` was last told that the decks agree on; None for nothing."""
        with suppress(*_FAILURES):
            key, aliases = json.loads(self._meta["agreed"])
            return int(key), dict(aliases)
        return None

    def keep(
        self,
        changed: Mapping[int, tuple[StoredDeck, str]],
        topics: Sequence[str],
        agreed: tuple[int, Mapping[str, str]],
        progress: Progress = say_nothing,
    ) -> bool:
        """Hold the decks that have changed, and no others than those of `topics`.

        Args:
            changed: number -> deck, and the line of `stamps` that its file had before it was read.
            topics: in order; a deck's number is its topic's place.
            agreed: what `agreement` is to give from now on; it is forgotten where another process
                has kept decks since this was opened, which may not be among those that agree.
            progress: told how many of `changed` are held.

        Returns:
            Whether it holds all of them now.
        """
        try:
            with self._file.transaction():
                self._read_meta()  # another process may have kept others
                given = {number: line for number, (_, line) in changed.items()}
                lines = merged(self.stamps, topics, given)
                new = [n for n, (deck, _) in changed.items() if not self._held(n, deck)]
                gone = self._file.rows("SELECT number FROM decks WHERE number >= ?", len(topics))
                for number in [*(row[0] for row in gone), *new]:
                    self._remove(number)
                for done, number in enumerate(new):
                    progress(INDEX, done, len(new))
                    self._put(number, changed[number][0])
                known = agreed if self.stamps == self._seen else None
                for row in (("stamps", lines), ("agreed", json.dumps(known))):
                    self._file.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", *row)
                self._read_meta()
                self._seen = self.stamps
        except _FAILURES:
            return False
        self._take(dict(enumerate(topics)))
        return True

    @property
    def answers(self) -> bool:
        """Whether it answers for any deck; not any more once its file is found to be broken."""
        return bool(self._numbers)

    def holds(self, topic: str) -> bool:
        """Whether it holds the deck of a topic."""
        return topic in self._numbers

    def topic_of(self, note_id: str) -> str | None:
        """The topic of a note; None where no deck held here has it."""
        found = self.find([note_id]).get(note_id)
        return found[0] if found else None

    def find(self, note_ids: Iterable[str]) -> dict[str, tuple[str, list[str]]]:
        """Note -> its topic and the parts of its cards, for those that decks held here have."""
        names = list(note_ids)
        if len(names) == 1:  # a third of the time that a list of one takes
            asked = "FROM notes WHERE id = ?", names[0]
        else:
            asked = (
                "FROM json_each(?) AS wanted JOIN notes ON notes.id = wanted.value",
                json.dumps(names),
            )
        return {row[0]: (topic, (row[1] or "").split(" ")) for topic, row in self._listed(*asked)}

    def changed(self) -> dict[str, int]:
        """Card -> `rev` of its note, of those whose author has raised it.

        A damaged row may tell of too many or too few; the notes themselves know.
        """
        return {
            card_id: row[4]
            for _, row in self._listed("FROM notes WHERE rev > 1", more=", rev")
            for card_id in ids_of(row[0], (row[1] or "").split(" "))
        }

    def _listed(
        self, source: str, *values: object, more: str = ""
    ) -> list[tuple[str, tuple[Any, ...]]]:
        """Topic and row (id, parts, place, key_sum, and `more`) of some notes; no damaged ones."""
        try:
            rows = self._file.rows(
                f"SELECT notes.id, notes.parts, notes.place, notes.key_sum{more} {source}", *values
            )
            if not all(map(self._is_sound, rows)):
                self._follow()  # the rows may be of decks that another process has moved
        except sqlite3.Error:
            self._take({})  # it is broken, and answers for nothing any more
            return []
        return [(self._topics[row[2] // PLACES], row) for row in rows if self._is_sound(row)]

    def _is_sound(self, row: tuple[Any, ...]) -> bool:
        """Whether a row of a note is what was written, and its deck is the one known here."""
        note_id, parts, place, key_sum = row[:4]
        topic = self._topics.get(place // PLACES)
        return topic is not None and key_sum == _key_sum(note_id, parts, place, topic)

    def mentioning(self, names: Collection[str]) -> list[str]:
        """Topics of the decks that may have a note of one of these ids, which `find` lacks.

        What is damaged may hide a note. So who finds none looks here, which takes longer.
        """
        if len(names) > _SOME:
            return list(self._numbers)
        where = " OR ".join(["instr(header, ?)"] * len(names))
        with suppress(sqlite3.Error):
            return [
                row[0] for row in self._file.rows(f"SELECT topic FROM decks WHERE {where}", *names)
            ]
        return list(self._numbers)

    def body(self, note_id: str) -> str:
        """A note as JSON; KeyError where there is none, ValueError where it is damaged."""
        rows = self._file.rows("SELECT body, check_sum FROM notes WHERE id = ?", note_id)
        if not rows:
            raise KeyError(note_id)
        return _checked(*rows[0])

    def note(self, note_id: str) -> tuple[str, list[str], str] | None:
        """Topic of a note, parts of its cards, and the note as JSON, which is empty where damaged.

        None where no deck held here has it.
        """
        more = ", body, check_sum"
        for topic, row in self._listed("FROM notes WHERE id = ?", note_id, more=more):
            body = ""
            with suppress(ValueError):
                body = _checked(*row[4:])
            return topic, (row[1] or "").split(" "), body
        return None

    @cached_property
    def texts(self) -> TextIndex:
        """Finds its notes by their text."""
        from quizapp.course.textindex import TextIndex

        return TextIndex(self._file, self._now_held)

    def _now_held(self) -> dict[int, str]:
        self._follow()
        return self._topics

    def _follow(self) -> None:
        """Take note of which decks are held, where another process has changed that."""
        version = self._file.version()
        if version != self._version:
            self._read_meta()
            self._told: dict[str, tuple[str, int, str]] = {}
            self._take(topics_in(self.stamps))
            self._version = version

    def _read_meta(self) -> None:
        self._meta: dict[str, str] = dict(self._file.rows("SELECT key, value FROM meta"))

    def _take(self, topics: dict[int, str]) -> None:
        self._topics = topics
        self._numbers = {topic: number for number, topic in topics.items()}

    def _held(self, number: int, deck: StoredDeck) -> bool:
        """Whether the deck is held as it is, and only its file's size or time is not."""
        row = self._file.rows("SELECT check_sum, topic FROM decks WHERE number = ?", number)
        return bool(row) and row[0] == (deck.check_sum(), deck.topic)

    def _remove(self, number: int) -> None:
        places = places_of(number)
        self._file.run(
            "INSERT INTO trigrams (trigrams, rowid, text) "
            "SELECT 'delete', place, text FROM texts WHERE place BETWEEN ? AND ?",
            *places,
        )
        self._file.run("DELETE FROM texts WHERE place BETWEEN ? AND ?", *places)
        self._file.run("DELETE FROM fronts WHERE place BETWEEN ? AND ?", *places)
        self._file.run("DELETE FROM notes WHERE place BETWEEN ? AND ?", *places)
        self._file.run("DELETE FROM decks WHERE number = ?", number)

    def _put(self, number: int, deck: StoredDeck) -> None:
        self._told.pop(deck.topic, None)
        header, first = deck.header, places_of(number)[0]
        told = (json.dumps(header["title"]), header["cards"], json.dumps(dict(header)))
        self._file.run(
            "INSERT INTO decks (number, topic, check_sum, title, cards, header, row_sum) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(number, deck.topic, deck.check_sum(), *told, _row_sum(*told)),
        )
        sql = "INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?)"
        self._file.run_many(sql, _note_rows(first, deck))


class ListedDeck(StoredDeck):
    """A deck that a catalogue holds: nothing of it is read before it is asked for.

    Args:
        catalogue: which holds it.
        path: the deck file, as shown in errors.
        topic: its topic.
        reread: as in `StoredDeck`.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        path: str,
        topic: str,
        reread: Callable[[], tuple[dict[str, Any], bytes]],
    ) -> None:
        self._catalogue = catalogue
        self._set_up(path, topic, reread)

    @cached_property
    def header(self) -> Mapping[str, Any]:
        """As `pack` made it."""
        with suppress(*_FAILURES):
            header: dict[str, Any] = json.loads(self._catalogue.told(self.topic)[2])
            return header
        return self._reread()[0]

    @property
    def title(self) -> Text:
        """The deck's."""
        with suppress(*_FAILURES):
            return to_text(json.loads(self._catalogue.told(self.topic)[0]))
        return super().title

    @property
    def count(self) -> int:
        """How many cards it has."""
        with suppress(*_FAILURES):
            return self._catalogue.told(self.topic)[1]
        return super().count

    def _parse(self, note_id: str, line: str = "") -> Note:
        if self._repaired:
            return super()._parse(note_id)
        try:
            line = line or self._catalogue.body(note_id)
        except sqlite3.Error as error:
            raise OSError(str(error)) from error
        note = to_note(json.loads(line), self.topic, self.path)
        if note.id != note_id:
            raise ValueError("another note lies there")
        return note


def _key_sum(note_id: str, parts: str | None, place: int, topic: str) -> int:
    return zlib.crc32(f"{note_id} {parts} {place} {topic}".encode())


def _note_rows(first: int, deck: StoredDeck) -> Iterator[tuple[object, ...]]:
    """The rows of a deck's notes, the first of which has the place `first`."""
    notes = zip(deck.note_ids, deck.lines(), strict=True)
    for place, (note_id, line) in enumerate(notes, first):
        parts, rev = deck.parts_of(note_id), deck.changed.get(note_id, 1)
        sums = zlib.crc32(line), _key_sum(note_id, parts, place, deck.topic)
        yield place, note_id, parts, line.decode(), *sums, rev


def _checked(body: object, check_sum: object) -> str:
    """A note as JSON; ValueError where it is damaged."""
    if not isinstance(body, str) or zlib.crc32(body.encode()) != check_sum:
        raise ValueError("damaged")
    return body


def _row_sum(title: str, cards: int, header: str) -> int:
    return zlib.crc32(f"{title}{cards}{header}".encode())
