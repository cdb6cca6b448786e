"""A whole course in one file of the cache, so that neither its size nor its decks' number is felt.

Owns the SQLite file: which decks it holds, whether each is still what lies on the disk, its notes
by id, and finding notes by the text in them. Leaves parsing, and what must agree between decks, to
`loader`. Like all of the cache it can be deleted at any time: where it is missing, broken or locked
the app is slower, and nothing else.

What its decks' files were is one text with a line for each (`stamps`), so that a course in which
nothing has changed is known by one comparison. A deck that has changed is read by `loader`, and its
notes are written anew where they differ. Texts are indexed by trigrams (SQLite's FTS5), deck by
deck, when something is first searched for; the index is asked for notes that may hold a text, and
whoever asks looks at each.
"""

from __future__ import annotations

import json
import os
import sqlite3
import weakref
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any

from quizapp.course import cache
from quizapp.course.codec import to_note, to_text
from quizapp.course.stamps import merged, topics_in
from quizapp.course.stored import StoredDeck, ids_of
from quizapp.domain.cards import Card, Note, text_of
from quizapp.domain.text import Text
from quizapp.progress import INDEX, Progress, say_nothing

_VERSION = 8
_PLACES = 1 << 20
"""More notes than a deck has: the place of a note is its deck's number times this, and its own."""

_BUSY_S = 0.5
_SOME = 8
_COLLECTED = 1 << 24
"""Bytes of the index that are collected in memory."""

_AT_ONCE = 100
"""Decks that are indexed in one transaction."""

_PAGE = 64
_TRIGRAM = 3
_MOST_TRIGRAMS = 12
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE decks (
    number INTEGER PRIMARY KEY, topic TEXT NOT NULL, check_sum INTEGER NOT NULL,
    indexed INTEGER NOT NULL DEFAULT 0, title TEXT NOT NULL, cards INTEGER NOT NULL,
    header TEXT NOT NULL, row_sum INTEGER NOT NULL
);
CREATE TABLE notes (place INTEGER PRIMARY KEY, id TEXT NOT NULL, parts TEXT, body TEXT NOT NULL,
    check_sum INTEGER NOT NULL, key_sum INTEGER NOT NULL, rev INTEGER NOT NULL);
CREATE UNIQUE INDEX places ON notes (id, parts, key_sum);
CREATE INDEX changed ON notes (rev, id, parts, key_sum) WHERE rev > 1;
CREATE TABLE texts (place INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE fronts (place INTEGER, key INTEGER, PRIMARY KEY (place, key)) WITHOUT ROWID;
CREATE VIRTUAL TABLE trigrams USING fts5(text, content='texts', content_rowid='place',
    tokenize='trigram case_sensitive 1', detail='none', columnsize=0);
"""

_FAILURES = (sqlite3.Error, OSError, ValueError, KeyError, TypeError, IndexError, RecursionError)


class Catalogue:
    """The catalogue of one course; made by `Catalogue.open`.

    Args:
        connection: to its file, whose tables are there.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = RLock()
        self._close = weakref.finalize(self, connection.close)
        self._version = -1
        self._follow()

    @classmethod
    def open(cls, folder: Path | None, root: Path) -> Catalogue | None:
        """The catalogue of the course at `root`, empty where there was none that can be used.

        None where there can be none: without a folder, on a full disk, while another process
        writes it.
        """
        if folder is None:
            return None
        file = folder / "course" / f"{root.name}-{zlib.crc32(os.fsencode(root)):08x}.db"
        stamp = json.dumps([_VERSION, *cache.reader()])
        for attempt in range(2):
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                return cls(_connected(file, stamp))
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
            rows = self._rows(sql + some, *([self._numbers[topic]] if some else ()))
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
            agreed: what `agreement` is to give from now on.
            progress: told how many of `changed` are held.

        Returns:
            Whether it holds all of them now.
        """
        try:
            with self._transaction():
                self._read_meta()  # another process may have kept others
                given = {number: line for number, (_, line) in changed.items()}
                lines = merged(self.stamps, topics, given)
                new = [n for n, (deck, _) in changed.items() if not self._held(n, deck)]
                gone = self._rows("SELECT number FROM decks WHERE number >= ?", len(topics))
                for number in [*(row[0] for row in gone), *new]:
                    self._remove(number)
                for done, number in enumerate(new):
                    progress(INDEX, done, len(new))
                    self._put(number, changed[number][0])
                self._meta |= {"stamps": lines, "agreed": json.dumps(agreed)}
                for key in ("stamps", "agreed"):
                    self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, self._meta[key])
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
            rows = self._rows(
                f"SELECT notes.id, notes.parts, notes.place, notes.key_sum{more} {source}", *values
            )
            if not all(map(self._is_sound, rows)):
                self._follow()  # the rows may be of decks that another process has moved
        except sqlite3.Error:
            self._take({})  # it is broken, and answers for nothing any more
            return []
        return [(self._topics[row[2] // _PLACES], row) for row in rows if self._is_sound(row)]

    def _is_sound(self, row: tuple[Any, ...]) -> bool:
        """Whether a row of a note is what was written, and its deck is the one known here."""
        note_id, parts, place, key_sum = row[:4]
        topic = self._topics.get(place // _PLACES)
        return topic is not None and key_sum == _key_sum(note_id, parts, place, topic)

    def mentioning(self, names: Collection[str]) -> list[str]:
        """Topics of the decks that may have a note of one of these ids, which `find` lacks.

        What is damaged may hide a note. So who finds none looks here, which takes longer.
        """
        if len(names) > _SOME:
            return list(self._numbers)
        where = " OR ".join(["instr(header, ?)"] * len(names))
        with suppress(sqlite3.Error):
            return [row[0] for row in self._rows(f"SELECT topic FROM decks WHERE {where}", *names)]
        return list(self._numbers)

    def body(self, note_id: str) -> str:
        """A note as JSON; KeyError where there is none, ValueError where it is damaged."""
        rows = self._rows("SELECT body, check_sum FROM notes WHERE id = ?", note_id)
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
        if topics:
            numbers = [str(self._numbers.get(topic, -1)) for topic in topics]
            place = "trigrams.rowid" if trigrams else "place"
            where.append(f"{place} / {_PLACES} IN ({', '.join(numbers)})")
        place = "trigrams.rowid" if trigrams else "place"
        sql = (
            f"SELECT found.place, notes.id FROM (SELECT {place} AS place FROM {source} "
            f"WHERE {' AND '.join(where)} ORDER BY {place} LIMIT ?) AS found "
            "JOIN notes ON notes.place = found.place ORDER BY found.place"
        )
        last, page = -1, _PAGE
        while rows := self._rows(sql, *values, last, *short, page):
            for place_found, note_id in rows:
                yield self._topics[place_found // _PLACES], note_id
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
        return self._rows(
            "SELECT fronts.key, notes.id FROM fronts JOIN notes ON notes.place = fronts.place "
            "WHERE fronts.key IN (SELECT key FROM fronts GROUP BY key HAVING count(*) > 1 "
            "UNION SELECT value FROM json_each(?)) ORDER BY fronts.place",
            json.dumps(list(keys)),
        )

    def _follow(self) -> None:
        """Take note of which decks are held, where another process has changed that."""
        ((version,),) = self._rows("PRAGMA data_version")
        if version != self._version:
            self._read_meta()
            self._told: dict[str, tuple[str, int, str]] = {}
            self._take(topics_in(self.stamps))
            self._version = version

    def _read_meta(self) -> None:
        self._meta: dict[str, str] = dict(self._rows("SELECT key, value FROM meta"))

    def _take(self, topics: dict[int, str]) -> None:
        self._topics = topics
        self._numbers = {topic: number for number, topic in topics.items()}

    def index(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        """Index the decks that are not; what is done stays done when this is interrupted.

        Args:
            progress: told how many decks are done, of how many; not called where none is left.

        Raises:
            sqlite3.Error: the file is broken, or another process is writing it.
        """
        self._follow()
        numbers = [row[0] for row in self._rows("SELECT number FROM decks WHERE NOT indexed")]
        for first in range(0, len(numbers), _AT_ONCE):
            progress(first, len(numbers))
            self._index_some(numbers[first : first + _AT_ONCE])
        if numbers:
            progress(len(numbers), len(numbers))

    def _index_some(self, numbers: Sequence[int]) -> None:
        from quizapp.course.fronts import keys_of
        from quizapp.course.notes import cards_of

        with self._transaction():
            for number in numbers:
                if self._rows("SELECT indexed FROM decks WHERE number = ?", number) != [(0,)]:
                    continue  # another process has done it, or has removed the deck
                topic = self._topics[number]
                notes = [
                    (place, to_note(json.loads(body), topic, ""))
                    for place, body in self._rows(
                        "SELECT place, body FROM notes WHERE place BETWEEN ? AND ?", *_span(number)
                    )
                ]
                texts = [(place, _indexed(note, cards_of)) for place, note in notes]
                fronts = [(place, key) for place, note in notes for key in keys_of(note)]
                with self._lock:
                    self._connection.executemany("INSERT INTO fronts VALUES (?, ?)", fronts)
                    for table in ("texts (place, text)", "trigrams (rowid, text)"):
                        sql = f"INSERT INTO {table} VALUES (?, ?)"
                        self._connection.executemany(sql, texts)
                self._run("UPDATE decks SET indexed = 1 WHERE number = ?", number)

    def _held(self, number: int, deck: StoredDeck) -> bool:
        """Whether the deck is held as it is, and only its file's size or time is not."""
        row = self._rows("SELECT check_sum, topic FROM decks WHERE number = ?", number)
        return bool(row) and row[0] == (deck.check_sum(), deck.topic)

    def _remove(self, number: int) -> None:
        span = _span(number)
        self._run(
            "INSERT INTO trigrams (trigrams, rowid, text) "
            "SELECT 'delete', place, text FROM texts WHERE place BETWEEN ? AND ?",
            *span,
        )
        self._run("DELETE FROM texts WHERE place BETWEEN ? AND ?", *span)
        self._run("DELETE FROM fronts WHERE place BETWEEN ? AND ?", *span)
        self._run("DELETE FROM notes WHERE place BETWEEN ? AND ?", *span)
        self._run("DELETE FROM decks WHERE number = ?", number)

    def _put(self, number: int, deck: StoredDeck) -> None:
        self._told.pop(deck.topic, None)
        header, first = deck.header, _span(number)[0]
        told = (json.dumps(header["title"]), header["cards"], json.dumps(dict(header)))
        self._run(
            "INSERT INTO decks (number, topic, check_sum, title, cards, header, row_sum) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(number, deck.topic, deck.check_sum(), *told, _row_sum(*told)),
        )
        with self._lock:
            sql = "INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?)"
            self._connection.executemany(sql, _note_rows(first, deck))

    def _rows(self, sql: str, *values: object) -> list[Any]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def _run(self, sql: str, *values: object) -> None:
        with self._lock:
            self._connection.execute(sql, values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._run("BEGIN IMMEDIATE")
            try:
                yield
                self._run("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._run("ROLLBACK")
                raise


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


def _connected(file: Path, stamp: str) -> sqlite3.Connection:
    """A connection to `file`, which is made anew where other code has written it."""
    connection = sqlite3.connect(
        file, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA synchronous = OFF")  # what a power cut breaks is made anew
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if tables:
            _check_writer(connection, stamp)
        else:
            connection.execute("BEGIN IMMEDIATE")
            for statement in _TABLES.split(";\n"):
                connection.execute(statement)
            # It collects more before it writes: indexing a large course takes 2/3 of the time.
            sql = "INSERT INTO trigrams (trigrams, rank) VALUES ('hashsize', ?)"
            connection.execute(sql, (_COLLECTED,))
            connection.execute("INSERT INTO meta VALUES ('reader', ?)", (stamp,))
            connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _check_writer(connection: sqlite3.Connection, stamp: str) -> None:
    found = connection.execute("SELECT value FROM meta WHERE key = 'reader'").fetchone()
    if found != (stamp,):
        raise ValueError("written by other code")


def _indexed(note: Note, cards_of: Callable[[Note], Iterable[Card]]) -> str:
    """What of a note is indexed: its text, and the ids of its cards."""
    return "\n".join([text_of(note), *(card.id for card in cards_of(note) if card.part)])


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


def _span(number: int) -> tuple[int, int]:
    """The first and the last place of a deck's notes."""
    return number * _PLACES, (number + 1) * _PLACES - 1


def _trigrams(word: str) -> list[str]:
    """The trigrams of a word, a dozen at most: those that stand furthest apart."""
    grams = dict.fromkeys(word[at : at + _TRIGRAM] for at in range(len(word) - _TRIGRAM + 1))
    step = max(1, len(grams) // _MOST_TRIGRAMS)
    return list(grams)[::step]
