"""One deck file, from YAML to notes.

Owns what must agree within a deck: ids and aliases. Leaves single notes to `notes`, and what must
agree across the course to `loader`.
"""

from __future__ import annotations

from dataclasses import dataclass

from quizapp.course.notes import read_note
from quizapp.course.source import Source
from quizapp.course.tree import Node, Scalar, Table, compose
from quizapp.course.values import Fields, as_items, as_table, as_text
from quizapp.domain.cards import Note
from quizapp.domain.text import Text
from quizapp.errors import Phrase


@dataclass(frozen=True, slots=True)
class ParsedDeck:
    """A deck as its file says, with what refers beyond it.

    Attributes:
        exercises: slug -> line where a note first names it.
        aliases: former note id -> (today's note id, line).
        lost: ids of notes that are wrong, so that what names them is not called wrong, too; None
            where not even the ids are known.
    """

    topic: str
    title: Text
    notes: tuple[Note, ...]
    exercises: dict[str, int]
    aliases: dict[str, tuple[str, int]]
    lost: frozenset[str] | None = frozenset()


def parse_deck(source: Source, topic: str) -> ParsedDeck:
    """Read the deck of `topic`; notes that are wrong are noted in `source` and left out."""
    deck = ParsedDeck(topic, Text(topic, topic), (), {}, {}, None)
    root = compose(source)
    table = as_table(source, root, "the deck") if root else None
    if table is None:
        return deck
    fields = Fields(source, table, "the deck", ("deck", "notes"))
    title = fields.read("deck", as_text, required=True) or deck.title
    notes: dict[str, Note] = {}
    exercises: dict[str, int] = {}
    aliases: dict[str, tuple[str, int]] = {}
    lost: set[str] = set()
    listing = fields.find("notes", required=True)
    for item in as_items(source, listing, "`notes`") if listing else ():
        entry = read_note(source, item, topic)
        if entry is None:
            lost.add(_id_of(item))
            continue
        note = entry.note
        if note.id in notes:
            _note_twice(source, note.id, note.location.line, notes[note.id].location.line)
            continue
        notes[note.id] = note
        for slug, line in entry.exercises.items():
            exercises.setdefault(slug, line)
        for alias, line in entry.aliases.items():
            if alias in aliases:
                what = Phrase("alias `{alias}` stands for two notes", alias=alias)
                source.wrong(
                    line,
                    what,
                    Phrase("remove it here or in line {first}", first=aliases[alias][1]),
                )
            aliases.setdefault(alias, (note.id, line))
    found = tuple(notes.values())
    known = frozenset(lost) if listing else None
    return ParsedDeck(topic, title, found, exercises, aliases, known)


def _id_of(node: Node) -> str:
    name = node.entries.get("id") if isinstance(node, Table) else None
    return name.value if isinstance(name, Scalar) else ""


def _note_twice(source: Source, name: str, line: int, first: int) -> None:
    source.wrong(
        line,
        Phrase("note id `{name}` is taken in line {first}", name=name, first=first),
        "give this note another id",
    )
