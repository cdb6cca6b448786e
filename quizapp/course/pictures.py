"""Pictures that cards name: `![what it shows](file)`, the file relative to the deck's folder.

Owns finding the marks and the files, and that no file outside of the course, or of the learner's
data, is ever opened. Leaves showing to the front end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from quizapp.domain.marks import masked
from quizapp.errors import Phrase

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp")
"""Of the files that are pictures; a link to one, as imports write it, shows it, too."""

MOST_BYTES = 32 * 2**20

_MARK = re.compile(r"(!?)\[([^\]\n]*)\]\(\s*<?([^)\s>]+)>?[^)\n]*\)")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PictureMark:
    """One mark: what it shows, in words, and the address of the file."""

    alt: str
    address: str


def picture_marks(text: str) -> tuple[PictureMark, ...]:
    """The pictures that a Markdown text names, in order, each once; none inside code or math."""
    if "](" not in text:
        return ()
    found = {}
    prose = masked(text)
    for match in _MARK.finditer(prose):
        bang, alt, address = (text[slice(*match.span(group))] for group in (1, 2, 3))
        if bang or (address.lower().endswith(SUFFIXES) and not _SCHEME.match(address)):
            found[address] = PictureMark(alt.strip(), address)
    return tuple(found.values())


def picture_file(deck: Path, address: str, root: Path) -> Path:
    """The file that a mark means.

    Args:
        deck: the file of the deck.
        address: as the mark has it; relative to the deck's folder.
        root: the folder that it must lie in, the course's or that of the learner's data.

    Raises:
        ValueError: there is no such file, or it is none that may be shown; the message says why.
    """
    if _SCHEME.match(address):
        raise ValueError("only files are shown, nothing is fetched from elsewhere")
    name = unquote(address)
    try:
        path = (deck.parent / name).resolve()
        if not path.is_relative_to(root.resolve()):
            raise ValueError("it lies outside of the course")
        if not path.is_file():
            raise ValueError("there is no such file")
        if path.suffix.lower() not in SUFFIXES:
            kinds = ", ".join(suffix.removeprefix(".") for suffix in SUFFIXES)
            kind = Phrase("it is no picture of a kind that can be shown: {kinds}", kinds=kinds)
            raise ValueError(kind)
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(Phrase("it is larger than {size} MB", size=MOST_BYTES // 2**20))
    except OSError as error:
        raise ValueError(error.strerror or "it cannot be read") from error
    return path
