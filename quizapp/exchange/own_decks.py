"""The text of a learner's own deck. Owns ids, names and YAML; leaves checking a deck to the course.

Ids are made from what stays: the guid of an Anki note, the id or the front of a row. A deck is only
ever added to, so what the learner changes in it stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from quizapp.domain.cards import Kind

_FOREIGN = re.compile(r"[^a-z0-9]+")
# What YAML takes for a line end or cannot hold, and what no text is made of.
_BROKEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff\U0001fffe\U0001ffff]"
)


@dataclass(frozen=True, slots=True)
class OwnNote:
    """A note of an own deck.

    Attributes:
        kind: BASIC, REVERSED or CLOZE.
        front, back: Markdown, the same in both languages.
        source: where it is from.
    """

    id: str
    kind: Kind
    front: str
    back: str
    source: str
    tags: tuple[str, ...] = ()


def note_id(kind: str, key: str) -> str:
    """The id of a note from a `kind` of file ("anki", "csv"), by what stays of it."""
    return f"{kind}-{_digest(key)}"


def topic_of(kind: str, name: str) -> str:
    """A deck's topic, which is its file's name, by the name that it had."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = _FOREIGN.sub("-", plain).strip("-")[:60].strip("-")
    lost = not name.isascii() or len(name) > 60 or not slug
    parts = (kind, slug, _digest(name)[:6] if lost else "")
    return "-".join(part for part in parts if part)


def deck_text(title: str, notes: Iterable[OwnNote]) -> str:
    """A whole deck file."""
    shown = clean(title).strip() or "?"
    return (
        f"# Cards of your own. Change them as you like; keep each id, its history hangs on it.\n"
        f"deck: {{en: {_quoted(shown)}, zh: {_quoted(shown)}}}\nnotes:\n{notes_text(notes)}"
    )


def notes_text(notes: Iterable[OwnNote]) -> str:
    """Notes as they stand at the end of a deck file."""
    return "".join(map(_note_text, notes))


def clean(text: str) -> str:
    """`text` without characters that a deck cannot hold."""
    return _BROKEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _note_text(note: OwnNote) -> str:
    lines = [f"- id: {note.id}"]
    if note.kind is not Kind.BASIC:
        lines.append(f"  kind: {note.kind.value}")
    lines.append(f"  front: {_quoted(clean(note.front).strip())}")
    if note.back.strip():
        lines.append(f"  back: {_quoted(clean(note.back).strip())}")
    lines.append(f"  source: {_quoted(clean(note.source))}")
    tags = list(dict.fromkeys(clean(tag) for tag in note.tags if clean(tag).strip()))
    if tags:
        lines.append(f"  tags: [{', '.join(map(_quoted, tags))}]")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A YAML scalar in double quotes, on one line."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + inner.replace("\t", "\\t") + '"'
