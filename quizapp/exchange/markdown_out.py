"""Cards as Markdown, in the dialect that `hashcards_in` reads. Owns how each note is written.

A note is written only as it is read back: each one is, before it counts. Kinds that Markdown has no
form for go out as a question with its answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO

from quizapp.domain.cards import Kind
from quizapp.domain.marks import cloze_marks
from quizapp.domain.text import Language
from quizapp.errors import UsageError
from quizapp.exchange.hashcards_in import DIVIDER, read_hashcards
from quizapp.exchange.markdown_page import code_lines, read_page
from quizapp.exchange.sheets import LeftOut, NoteSheet, Written

_BEGINS = re.compile(r"\\*(?:[QAC]:|---\s*$)")
_LOOSE = re.compile(r"[,;]|--")
_NEXT = "Q: a\nA: b\n"
"""A card behind a note, which must still be one."""


def write(
    stream: IO[str], notes: Iterable[NoteSheet], language: Language
) -> tuple[Written, list[LeftOut]]:
    """Write notes, deck by deck; returns what that came to, and what has no place in Markdown."""
    left_out = list[LeftOut]()
    deck, cards, count = "", 0, 0
    for note in notes:
        text = note_text(note, language)
        if text is None:
            left_out.append(LeftOut(note.id, "its text would not be read back as it is"))
            continue
        if note.deck[-1] != deck:
            deck = note.deck[-1]
            title = " ".join(re.sub("-+>", "", deck).split())
            stream.write(f"# {title}\n\n<!-- quizapp deck: {title} -->\n\n")
        stream.write(text)
        count += 1
        cards += len(note.cards)
    return Written(count, cards, 0), left_out


def note_text(note: NoteSheet, language: Language) -> str | None:
    """A note as it stands in a file, with what divides it from the next; None where it cannot."""
    front, back = (text.read_in(language).strip() for text in (note.front, note.back))
    if note.remark is not None and note.kind not in (Kind.REVERSED, Kind.CLOZE):
        back = f"{back}\n\n{note.remark.read_in(language)}".strip()
    kind = note.kind if note.kind in (Kind.REVERSED, Kind.CLOZE) else Kind.BASIC
    tags = tuple(tag for tag in note.tags if tag.strip() == tag and not _LOOSE.search(tag))
    said = [note.id, *(["reversed"] if kind is Kind.REVERSED else [])]
    said += [f"tags: {', '.join(tags)}"] if tags else []
    for body in _bodies(kind, front, back):
        text = f"<!-- quizapp: {'; '.join(said)} -->\n{body}\n\n{DIVIDER}\n\n"
        if _read_back(text) == (kind, front, back, note.id, tags):
            return text
    return None


def _read_back(text: str) -> tuple[Kind, str, str, str, tuple[str, ...]] | None:
    """What a note's text says; None where it is not one card, or takes the next one along."""
    try:
        reading = read_hashcards(read_page("", "", f"{text}{_NEXT}".encode()))
    except (UsageError, UnicodeEncodeError):
        return None
    if reading.flaws or [card.front for card in reading.cards[1:]] != ["a"]:
        return None
    card = reading.cards[0]
    return card.kind, card.front, card.back, card.name, card.tags


def _bodies(kind: Kind, front: str, back: str) -> Iterator[str]:
    """Ways to write a note, the best to read first."""
    if kind is not Kind.CLOZE:
        yield f"{_side('Q', front)}\n{_side('A', back)}"
        return
    behind = f"\n{_side('A', back)}" if back else ""
    yield from (f"{_side('C', text)}{behind}" for text in (_bracketed(front), front) if text)


def _bracketed(front: str) -> str | None:
    """The text with its gaps in brackets; None where it says more of them than brackets can."""
    try:
        marks = cloze_marks(front)
    except ValueError:
        return None
    if [mark.number for mark in marks] != list(range(1, len(marks) + 1)):
        return None
    pieces, last = [], 0
    for mark in marks:
        if mark.hint:
            return None
        pieces += [front[last : mark.start], f"[{mark.hidden}]"]
        last = mark.end
    return "".join([*pieces, front[last:]])


def _side(sign: str, text: str) -> str:
    """A side behind its sign: on its line, or on lines of its own where there are several."""
    lines = text.split("\n")
    code = code_lines(lines)
    written = [
        f"\\{line}" if at not in code and _BEGINS.match(line) else line
        for at, line in enumerate(lines)
    ]
    if len(lines) == 1:
        return f"{sign}: {text}"
    return "\n".join([f"{sign}:", *written])
