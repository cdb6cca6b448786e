"""What becomes of an Anki note: notes of an own deck. Owns rendering templates and telling kinds.

A note type's first two cards make a reversed note where one asks what the other answers; any other
card makes a basic note of its own. Pictures and sounds are kept as files that the text names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from urllib.parse import unquote

from quizapp.domain.cards import Kind
from quizapp.exchange.anki_in import AnkiNote
from quizapp.exchange.html_in import Media, escaped, to_markdown
from quizapp.exchange.own_decks import OwnNote, note_id

MEDIA = "media"
"""Folder of kept files, below the learner's data."""

_SUFFIXES = {"png", "jpg", "jpeg", "gif", "webp", "svg", "bmp", "avif"}
_SUFFIXES |= {"mp3", "ogg", "oga", "opus", "wav", "m4a", "flac", "mp4", "webm"}
_REFERENCE = re.compile(r"\{\{([#^/]?)([^{}]*)\}\}")
_SPECIAL = {"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag"}


@dataclass(frozen=True, slots=True)
class Converted:
    """Notes of an own deck, and which card of theirs each card of Anki's has become."""

    notes: tuple[OwnNote, ...]
    cards: Mapping[int, str]


def converted(note: AnkiNote, media: Callable[[str], str | None]) -> Converted:
    """What becomes of `note`.

    Args:
        note: as Anki has it.
        media: a file's name in Anki -> its name here; None where there is none.

    Raises:
        ValueError: it cannot be kept; the message says why, in one clause.
    """
    shown = partial(_shown, media)

    def make(suffix: str, kind: Kind, front: str, back: str) -> OwnNote:
        if not front or (not back and kind is not Kind.CLOZE):
            raise ValueError("its back is empty" if front else "its front is empty")
        name = note_id("anki", note.guid) + suffix
        return OwnNote(name, kind, front, back, f"Anki: {note.deck}", note.tags)

    if note.type.cloze:
        front, back = _sides(note, 0, shown)
        cards = {
            number: f"{note_id('anki', note.guid)}/c{order + 1}"
            for order, number in note.cards.items()
        }
        return Converted((make("", Kind.CLOZE, front, back),), cards)
    orders = sorted(order for order in note.cards if 0 <= order < len(note.type.templates))
    if not orders:
        raise ValueError("it has no cards")
    sides = {order: _sides(note, order, shown) for order in orders}
    notes: list[OwnNote] = []
    cards = {}
    if orders[:2] == [0, 1] and sides[1] == sides[0][::-1]:
        notes.append(make("", Kind.REVERSED, *sides[0]))
        cards = {note.cards[0]: notes[0].id, note.cards[1]: f"{notes[0].id}/reversed"}
        orders = orders[2:]
    for order in orders:
        notes.append(make(f"-{order + 1}" if order else "", Kind.BASIC, *sides[order]))
        cards[note.cards[order]] = notes[-1].id
    return Converted(tuple(notes), cards)


def kept_name(name: str, data: bytes) -> str | None:
    """The name under which a file is kept, by what is in it; None for a kind that is not."""
    suffix = name.rpartition(".")[2].lower()
    return f"{sha256(data).hexdigest()[:20]}.{suffix}" if suffix in _SUFFIXES else None


def _sides(note: AnkiNote, order: int, media: Media) -> tuple[str, str]:
    """Front and back of a card as Markdown."""
    if order >= len(note.type.templates):
        raise ValueError("its note type has no such card")
    front, back = note.type.templates[order]
    asked = to_markdown(_rendered(note, front, True), cloze=note.type.cloze, media=media)
    return asked, to_markdown(_rendered(note, back, False), media=media)


def _rendered(note: AnkiNote, template: str, front: bool) -> str:
    """A template with the note's fields put in, and without what is only for the other side."""
    fields = dict(zip(note.type.fields, note.fields, strict=False))
    pieces: list[str] = []
    hidden: list[bool] = []
    last = 0
    for match in _REFERENCE.finditer(template):
        if not any(hidden):
            pieces.append(template[last : match.start()])
        last = match.end()
        sign, name = match[1], match[2].strip()
        if sign == "/":
            del hidden[-1:]
        elif sign:
            hidden.append(bool(fields.get(name, "").strip()) == (sign == "^"))
        elif not any(hidden):
            pieces.append(_field(fields, name, front))
    if not any(hidden):
        pieces.append(template[last:])
    return "".join(pieces)


def _field(fields: Mapping[str, str], reference: str, front: bool) -> str:
    *filters, name = (part.strip() for part in reference.split(":"))
    if name in _SPECIAL or (front and "type" in filters) or (not front and "cloze" in filters):
        return ""
    return fields.get(name, "")


def _shown(media: Callable[[str], str | None], kind: str, address: str) -> str:
    name = unquote(address)
    kept = media(name)
    label = escaped(f"{kind}: {name[:80]}")
    return f"({label})" if kept is None else f"[{label}](../{MEDIA}/{kept})"
