"""Cards as lines of text with tabs between their sides. Owns that form, which has no header.

Mnemosyne writes it ("tab-separated text", mnemosyne-proj.org): question and answer, or of a word
with three sides the word, its pronunciation and its meaning, and perhaps remarks; line breaks are
`<br>`. Anki's "notes in plain text" begins with lines `#key:value`, puts fields in quotes, and may
have columns of its own. Texts are HTML in both.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from quizapp.errors import Phrase, UsageError, as_phrase
from quizapp.exchange.html_in import to_markdown
from quizapp.exchange.tables import LONGEST_CELL, MOST_ROWS

_HEAD = re.compile(r"#([a-z ]+):(.*)")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_MOST_HEAD = 20
_REMEDY = "write front and back with a tab between"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file.

    Attributes:
        number: from 1.
        asks: front and back of each of its cards, as Markdown; empty where it is none.
        why: it is none.
    """

    number: int
    asks: tuple[tuple[str, str], ...]
    tags: tuple[str, ...] = ()
    why: str = ""


def is_tabbed(path: Path) -> bool:
    """Whether a text file has tabs, and no header that names the columns `front` and `back`."""
    if path.suffix.lower() not in (".txt", ".tsv"):
        return False
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            head = ""
            for _ in range(_MOST_HEAD):
                head = stream.readline(LONGEST_CELL)
                if head.strip() and not _HEAD.match(head):
                    break
    except OSError:
        return False
    names = [name.strip().lower() for name in head.split("\t")]
    return len(names) > 1 and not {"front", "back"} <= set(names)


def read(path: Path) -> Iterator[Line]:
    """The lines of a file; those without any text are passed over.

    Raises:
        UsageError: it cannot be read, or is no text.
    """
    try:
        with path.open(encoding="utf-8-sig", newline=None) as stream:
            head = dict[str, str]()
            for number, line in enumerate(stream, start=1):
                if number > MOST_ROWS:
                    raise UsageError(
                        str(path),
                        Phrase("it has more than {most_rows} lines", most_rows=MOST_ROWS),
                        "split it",
                    )
                if len(head) == number - 1 and (match := _HEAD.match(line)):
                    head[match[1]] = match[2].strip()
                elif line.strip():
                    yield _line(number, line.rstrip("\n"), head)
    except OSError as error:
        what = Phrase("it cannot be read ({reason})", reason=error.strerror)
        raise UsageError(str(path), what, "check its name and its rights") from error
    except UnicodeDecodeError as error:
        raise UsageError(str(path), "it is not UTF-8", "save it as UTF-8") from error


def _line(number: int, text: str, head: dict[str, str]) -> Line:
    if len(text) > LONGEST_CELL:
        return Line(
            number,
            (),
            why=Phrase(
                "it is longer than {longest_cell} characters; divide it", longest_cell=LONGEST_CELL
            ),
        )
    if "\0" in text:
        return Line(number, (), why="it holds a NUL character; remove it")
    cells, tags = text.split("\t"), ""
    if head:
        cells = next(csv.reader([text], delimiter="\t"), [])
        columns = {
            int(value) - 1: key
            for key, value in head.items()
            if key.endswith(" column") and _NUMBER.fullmatch(value)
        }
        tags = next(
            (cells[at] for at in columns if columns[at][:4] == "tags" and at < len(cells)), ""
        )
        cells = [cell for at, cell in enumerate(cells) if at not in columns]
    try:
        sides = [to_markdown(cell) for cell in cells]
    except ValueError as error:
        return Line(number, (), why=str(error))
    asks = _anki(sides) if head else _mnemosyne(sides)
    if not asks or not all(front and back for front, back in asks):
        return Line(number, (), why=Phrase("it lacks a side; {remedy}", remedy=as_phrase(_REMEDY)))
    return Line(number, asks, tuple(tags.split()))


def _anki(sides: list[str]) -> tuple[tuple[str, str], ...]:
    """One card of the first field, with the others for its answer."""
    return ((sides[0], _joined(sides[1:])),) if sides else ()


def _mnemosyne(sides: list[str]) -> tuple[tuple[str, str], ...]:
    """A card; or two of a word with three sides, which ask for its meaning and for the word."""
    if len(sides) == 2:
        return ((sides[0], sides[1]),)
    if len(sides) not in (3, 4):
        return ()
    word, spoken, meaning = sides[:3]
    behind = sides[3:]
    return (word, _joined([spoken, meaning, *behind])), (meaning, _joined([word, spoken, *behind]))


def _joined(sides: list[str]) -> str:
    return "\n\n".join(side for side in sides if side)
