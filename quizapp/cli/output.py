"""What reaches the terminal. Owns the one writer to stdout and the one to stderr.

stdout carries data, stderr everything else, so that `quizapp … | something` and
`quizapp … --json > file` are always safe. Colours and frames appear only on a terminal and never
under NO_COLOR. Leaves what is said to the commands.
"""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from quizapp.domain.memory import Rating
from quizapp.domain.text import Language, Text

if TYPE_CHECKING:
    from quizapp.domain.reports import Json


def prepare_streams() -> None:
    """Let stdout and stderr print any text: what their encoding lacks is escaped, not raised."""
    if sys.stdout is None or sys.stderr is None:  # closed by whoever called
        nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def data(text: str) -> None:
    """Write `text` and a line break to stdout."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """Write `text` and a line break to stderr."""
    sys.stdout.flush()
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def status(text: str = "") -> None:
    """Put a line on a terminal's stderr that the next one overwrites; empty, it goes.

    Elsewhere nothing is written.
    """
    if on_terminal(sys.stderr):
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def data_json(value: object, language: Language, *, indent: int | None = 2) -> None:
    """Write `value` as one JSON object to stdout; see `plain`."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    data(json.dumps(plain(value, language), ensure_ascii=not utf8, indent=indent, allow_nan=False))


def plain(value: object, language: Language) -> Json:
    """`value` in JSON's own types.

    Dataclasses and named tuples become objects, times ISO 8601 with the local offset, ratings their
    lower-case names, other enums their values, bilingual texts the one in `language`.
    """
    if isinstance(value, Rating):
        return value.name.lower()
    if isinstance(value, Enum):
        return plain(value.value, language)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return local_time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Text):
        return value.read_in(language)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: plain(entry, language) for name, entry in value._asdict().items()}
    if isinstance(value, Mapping):
        return {_key(key): plain(entry, language) for key, entry in value.items()}
    if isinstance(value, Sequence | Set):
        return [plain(entry, language) for entry in value]
    if (fields := getattr(value, "__dataclass_fields__", None)) and not isinstance(value, type):
        return {name: plain(getattr(value, name), language) for name in fields}
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _key(key: object) -> str:
    if isinstance(key, Rating):
        return key.name.lower()
    return key.isoformat() if isinstance(key, date) else str(key)


def local_time(moment: datetime) -> str:
    """ISO 8601 in local time, with the offset, to the second."""
    return moment.astimezone().isoformat(timespec="seconds")


def short_time(moment: datetime | None) -> str:
    """Local date and time as a person reads it; a dash for none."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M") if moment else "-"


def counted(number: int, one: str, many: str = "") -> str:
    """`number` with the English word for it: `one` of a single thing, else `many` or one-s."""
    return f"{number} {one}" if number == 1 else f"{number} {many or one + 's'}"


def on_terminal(stream: TextIO) -> bool:
    """Whether `stream` is a terminal that understands escape sequences."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def coloured() -> bool:
    """Whether stdout may carry colours."""
    return on_terminal(sys.stdout) and not os.environ.get("NO_COLOR")


def style(text: str, *, fg: str | None = None, bold: bool = False, dim: bool = False) -> str:
    """`text` in a colour where stdout may carry one, else as it is."""
    if not coloured():
        return text
    import click

    return click.style(text, fg=fg, bold=bold, dim=dim)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write rows of text: framed by rich on a terminal, aligned by blanks otherwise."""
    if on_terminal(sys.stdout) and len(rows) <= 1000:  # rich takes seconds beyond
        from rich import box
        from rich.console import Console
        from rich.table import Table

        framed = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False, highlight=False)
        for row in rows:
            framed.add_row(*(_for_rich(cell) for cell in row))
        Console(no_color=not coloured(), highlight=False).print(framed)
        return
    widths = [max(map(width, column)) for column in zip(columns, *rows, strict=True)]
    for row in (columns, *rows):
        padded = (cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True))
        data("  ".join(padded).rstrip())


def _for_rich(cell: str) -> str:
    from rich.markup import escape

    return escape(cell)


def width(text: str) -> int:
    """Columns that `text` takes on a terminal; Chinese characters take two."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(character)
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )


def one_line(text: str, columns: int = 60) -> str:
    """`text` without line breaks, cut to `columns` with an ellipsis."""
    flat = " ".join(text.split())
    if width(flat) <= columns:
        return flat
    kept, used = [], 0
    for character in flat:
        used += width(character)
        if used >= columns:
            break
        kept.append(character)
    return "".join(kept) + "…"
