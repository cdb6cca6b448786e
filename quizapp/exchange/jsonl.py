"""The learner's log as lines of JSON. Owns the lines; leaves what a row must be to the store.

The first line says what the file is: `{"quizapp": "log", "version": 1, "rows": {…}}`, with the
number of rows of each table, so that a file cut short is noticed. Each further line is one row, an
object whose `table` says where it belongs. UTF-8, one object a line, no blank lines.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from quizapp.errors import Phrase, UsageError

VERSION = 1
LONGEST_LINE = 16 * 2**20
"""Characters; a row holds at most one submission with its outcome."""

_KEY = "quizapp"
_REMEDY = "export it again on the device that it is from; nothing was changed here"


def write(
    stream: IO[str], rows: Iterable[tuple[str, Mapping[str, Any]]], counts: Mapping[str, int]
) -> None:
    """Write the header and a line for each (table, row)."""
    stream.write(_line({_KEY: "log", "version": VERSION, "rows": dict(counts)}))
    for table, row in rows:
        stream.write(_line({"table": table, **row}))


def is_log(head: bytes) -> bool:
    """Whether a file that begins with `head` calls itself one of these."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b'{"quizapp"')


def read(path: Path) -> Iterator[tuple[str, dict[str, Any], int]]:
    """Table, row and line number of each row.

    Raises:
        UsageError: the file is no such log, is of a newer version, or is damaged; at the end, too,
            where rows are missing.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as stream:
            expected = _header(path, _read_line(path, stream, 1))
            seen: Counter[str] = Counter()
            number = 1
            while text := _read_line(path, stream, number + 1):
                number += 1
                row = _object(path, number, text)
                table = row.pop("table", None)
                if not isinstance(table, str):
                    raise UsageError(f"{path}:{number}", "the row names no table", _REMEDY)
                seen[table] += 1
                yield table, row, number
    except OSError as error:
        what = Phrase("it cannot be read ({reason})", reason=error.strerror)
        raise UsageError(str(path), what, "check its name and its rights") from error
    except UnicodeDecodeError as error:
        raise UsageError(str(path), "it is not UTF-8", _REMEDY) from error
    for table, count in expected.items():
        if seen[table] != count:
            what = Phrase(
                "it is cut short: {seen} of {count} rows of {table} are there",
                seen=seen[table],
                count=count,
                table=table,
            )
            raise UsageError(str(path), what, _REMEDY)


def _header(path: Path, text: str) -> dict[str, int]:
    header = _object(path, 1, text) if text else {}
    if header.get(_KEY) != "log" or type(header.get("version")) is not int:
        what = "its first line does not say that it is a log of quizapp"
        raise UsageError(f"{path}:1", what, "name a file that `quizapp export jsonl` wrote")
    if header["version"] != VERSION:
        what = Phrase(
            "it is of version {found}, this quizapp knows {version}",
            found=header["version"],
            version=VERSION,
        )
        raise UsageError(f"{path}:1", what, "update quizapp")
    rows = header.get("rows")
    if not isinstance(rows, dict) or not all(type(count) is int for count in rows.values()):
        raise UsageError(f"{path}:1", "the header does not count the rows", _REMEDY)
    return rows


def _read_line(path: Path, stream: IO[str], number: int) -> str:
    text = stream.readline(LONGEST_LINE + 1)
    if len(text) > LONGEST_LINE:
        what = Phrase(
            "the line is longer than {longest_line} characters", longest_line=LONGEST_LINE
        )
        raise UsageError(f"{path}:{number}", what, _REMEDY)
    return text


def _object(path: Path, number: int, text: str) -> dict[str, Any]:
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}:{number}", "the line is no JSON", _REMEDY) from error
    if not isinstance(value, dict):
        raise UsageError(f"{path}:{number}", "the line is no JSON object", _REMEDY)
    return value


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
