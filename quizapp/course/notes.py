"""One entry of a deck, from YAML to a note and its cards.

Owns which keys a note may have, by kind, and that its languages agree. Leaves answers and draws to
`answers`, drawn names in its texts to `placeholders`, and what must agree between notes to `decks`
and `loader`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce

from quizapp.course.answers import read_answer, read_given, read_options
from quizapp.course.placeholders import check_placeholders
from quizapp.course.source import Source, listed, shortened, suggestion
from quizapp.course.tree import Node, Scalar, Table
from quizapp.course.values import Fields, as_revision, as_slug, as_string, as_table, as_text
from quizapp.domain.cards import Card, Kind, Location, Note
from quizapp.domain.marks import cloze_marks, masked
from quizapp.domain.text import Text
from quizapp.errors import Phrase, as_phrase

_COMMON = (
    "id",
    "kind",
    "front",
    "back",
    "source",
    "tags",
    "exercises",
    "aliases",
    "erratum",
    "proof",
    "rev",
)
_OWN = {
    Kind.BASIC: (),
    Kind.REVERSED: (),
    Kind.CLOZE: (),
    Kind.CHOICE: ("options", "given"),
    Kind.TYPED: ("answer", "setup", "given"),
    Kind.PREDICT: ("code", "given"),
}
_KINDS = {kind.value: kind for kind in Kind}
_OWNERS = {
    key: [kind.value for kind, keys in _OWN.items() if key in keys]
    for key in dict.fromkeys(key for keys in _OWN.values() for key in keys)
}
"""Key -> the kinds that have it, of those keys that not all have."""

_MARK = re.compile(r"\{\{c\d+::")
_EMPTY = Text("", "")
_PREDICT_FRONT = Text("What does this print?", "这段代码打印什么？")


@dataclass(frozen=True, slots=True)
class NoteEntry:
    """A note with the lines of what it refers to: exercise slugs and former ids."""

    note: Note
    exercises: dict[str, int]
    aliases: dict[str, int]


def cards_of(note: Note) -> tuple[Card, ...]:
    """The cards that a note gives: one; one for each cloze number; or both directions."""
    if note.kind is Kind.REVERSED:
        return Card(note), Card(note, "reversed")
    if note.kind is Kind.CLOZE:
        numbers = sorted({mark.number for mark in cloze_marks(note.front.en)})
        return tuple(Card(note, f"c{number}") for number in numbers)
    return (Card(note),)


def read_note(source: Source, node: Node, topic: str) -> NoteEntry | None:
    """The note at `node`; None, with every error noted, where it is wrong."""
    errors = len(source.errors)
    table = as_table(source, node, "a note")
    if table is None:
        return None
    name = table.entries.get("id")
    shown = shortened(name.value) if isinstance(name, Scalar) else ""
    kind = _kind(source, table)
    if kind is None:
        return None  # what else is wrong depends on the kind
    own = _OWN[kind]
    _foreign_keys(source, table, kind, own)
    fields = Fields(
        source, table, ("note `{name}`", shown, "") if shown else "a note", (*_COMMON, *own)
    )
    entry = _build(fields, kind, topic, own)
    return entry if len(source.errors) == errors else None


def _kind(source: Source, table: Table) -> Kind | None:
    node = table.entries.get("kind")
    if node is None:
        return Kind.BASIC
    word = as_string(source, node, "`kind`")
    if word is None or word in _KINDS:
        return _KINDS[word] if word else None
    remedy = suggestion(word, list(Kind), Phrase("write one of {names}", names=listed(Kind)))
    source.wrong(node.line, Phrase("unknown kind `{word}`", word=shortened(word)), remedy)
    return None


def _foreign_keys(source: Source, table: Table, kind: Kind, own: tuple[str, ...]) -> None:
    """Note keys of other kinds, in words that say whose they are, and take them out."""
    for key in [key for key in table.lines if key in _OWNERS and key not in own]:
        remedy = Phrase(
            "it belongs to {kinds} notes; set `kind`, or remove it",
            kinds=_together(_OWNERS[key]),
        )
        source.wrong(
            table.lines[key],
            Phrase("`{key}` means nothing to a {kind} note", key=key, kind=kind),
            remedy,
        )
        del table.lines[key]
        table.entries.pop(key, None)


def _together(words: list[str]) -> str:
    """`a and b and c`, to be said in any language."""
    return reduce(lambda some, more: Phrase("{some} and {more}", some=some, more=more), words)


def _build(fields: Fields, kind: Kind, topic: str, own: tuple[str, ...]) -> NoteEntry:
    """Read all fields; what is wrong is noted, and stands in for itself by something empty."""
    source = fields.source
    two_sided = kind in (Kind.BASIC, Kind.REVERSED)
    exercises, aliases = fields.words("exercises"), fields.words("aliases")
    errors = len(source.errors)
    given = (fields.read("given", read_given) if "given" in own else None) or ()
    draws_known = len(source.errors) == errors
    note = Note(
        id=fields.read("id", as_slug, required=True) or "",
        kind=kind,
        topic=topic,
        front=fields.read("front", as_text, required=kind is not Kind.PREDICT)
        or (_PREDICT_FRONT if kind is Kind.PREDICT else _EMPTY),
        back=fields.read("back", as_text, required=two_sided) or _EMPTY,
        source=fields.string("source", required=not source.own),
        location=Location(source.path, fields.line),
        tags=tuple(fields.words("tags", as_string)),
        exercises=tuple(exercises),
        aliases=tuple(aliases),
        proof=fields.python("proof"),
        erratum=fields.read("erratum", as_text),
        given=given,
        options=fields.read("options", read_options, required=True) or ()
        if "options" in own
        else (),
        answer=fields.read("answer", read_answer, required=True) if "answer" in own else None,
        setup=(fields.python("setup") if "setup" in own else None) or "",
        code=fields.string("code", required=True) if "code" in own else None,
        rev=fields.read("rev", as_revision) or 1,
    )
    if note.id and note.id in aliases:
        source.wrong(aliases[note.id], "a note cannot be its own alias", "remove the alias")
    _check_clozes(fields, note)
    if draws_known:
        check_placeholders(fields, note)
    return NoteEntry(note, exercises, aliases)


def _check_clozes(fields: Fields, note: Note) -> None:
    """Cloze notes have the same numbers in both languages; other notes have no marks."""
    source, line = fields.source, fields.line_of("front")
    if note.front is _EMPTY:
        return
    if note.kind is not Kind.CLOZE:
        texts = [text for text in (note.front.en, note.front.zh) if "{{" in text]
        if any(_MARK.search(masked(text)) for text in texts):
            remedy = "set `kind: cloze`, or remove the mark"
            source.wrong(line, Phrase("a {kind} note has a cloze mark", kind=note.kind), remedy)
        return
    numbers = []
    for language, text in (("en", note.front.en), ("zh", note.front.zh)):
        try:
            numbers.append({mark.number for mark in cloze_marks(text)})
        except ValueError as error:
            why = as_phrase(str(error))
            source.wrong(
                line,
                Phrase("`{language}` of front: {why}", language=language, why=why),
                "write {{c1::hidden}}",
            )
            return
    if numbers[0] != numbers[1]:
        en, zh = (", ".join(f"c{number}" for number in sorted(found)) for found in numbers)
        none = as_phrase("none")
        what = Phrase("cloze marks differ: en has {en}, zh has {zh}", en=en or none, zh=zh or none)
        source.wrong(line, what, "mark the same numbers in both languages")
    elif not numbers[0]:
        source.wrong(line, "a cloze note has no mark", "write {{c1::hidden}} outside code and math")
