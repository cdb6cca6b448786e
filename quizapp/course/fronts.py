"""What makes two notes ask the same. Owns this reading of a front; leaves finding to others.

Upper and lower case, blanks, full-width letters and Markdown's marks make no difference; what a
gap hides, a snippet and the options of a choice do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from quizapp.domain.cards import Note

_MARKS = re.compile(r"[*_`#>\\~+$-]")
_LINE_MARKS = re.compile(r"^[ \t]*(?:#{1,6}|>|[-+*])[ \t]+", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w*_~])([*_~]{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w*_~])", re.DOTALL)
_CODE = re.compile(r"`+")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


def folded(text: str) -> str:
    """`text` without what makes no difference to a reader."""
    if not text.isascii():
        text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    if _MARKS.search(text):
        text = _EMPHASIS.sub(r"\2", _LINE_MARKS.sub("", text))
        text = _ESCAPED.sub(r"\1", _CODE.sub("", text))
    return " ".join(text.casefold().split())


def asked_by(note: Note) -> Iterator[str]:
    """What a note asks, once or in each language; notes that ask the same have one in common."""
    code = note.code.rstrip() if note.code else ""
    options = sorted({folded(option.text.en) for option in note.options})
    for text in dict.fromkeys((note.front.en, note.front.zh)):
        front = folded(text)
        if front or code:
            yield "\n".join([front, code, *options])


def keys_of(note: Note) -> Iterator[int]:
    """The same as numbers of 64 bits, signed."""
    for asked in dict.fromkeys(asked_by(note)):
        digest = blake2b(asked.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        yield int.from_bytes(digest, "big", signed=True)


def alike(fronts: Iterable[tuple[int, str]]) -> list[list[str]]:
    """Groups of two notes or more that have a front in common, or another one between them.

    Args:
        fronts: key of a front and id of a note, in the order that groups and notes are to have.
    """
    groups: dict[str, list[str]] = {}
    first: dict[int, str] = {}
    for key, note_id in fronts:
        own = groups.setdefault(note_id, [note_id])
        other = groups[first.setdefault(key, note_id)]
        if other is not own:
            own, other = (own, other) if len(own) > len(other) else (other, own)
            own += other
            groups.update(dict.fromkeys(other, own))
    order = {note_id: place for place, note_id in enumerate(groups)}
    found = {id(group): group for group in groups.values() if len(group) > 1}
    return [sorted(group, key=order.__getitem__) for group in found.values()]
