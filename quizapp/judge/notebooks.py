"""Notebooks as Python. Owns cells, magics and shell lines, and which line is of which cell.

A damaged notebook is read as far as it can be: all that counts is the source of its code cells.
What the cells do when they run is left to `child`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_MARK = "# ── cell {} ──"
_MARK_LINE = re.compile(r"^# ── cell (\d+) ──$", re.MULTILINE)
_CELL_MAGIC = re.compile(r"\s*%%\s*(\w+)")
# Cell magics whose body is Python that runs in the notebook's own namespace.
_AROUND_PYTHON = frozenset({"time", "capture", "prun"})
_MAGIC = re.compile(r"[%!?]|[\w.]+\?{1,2}\s*$")
_TIMED = re.compile(r"%time\s+(?=\w)")
_ASSIGNED = re.compile(r"([\w\s,.\[\]]+=)\s*([%!].*)")
_LINE = re.compile(r"\bline (\d+)")


class NotANotebookError(Exception):
    """The text is no JSON, or JSON without cells."""


def python_of(text: str) -> str:
    """The code cells in their order as one source, each under a mark; magics made harmless.

    Raises:
        NotANotebookError: there are no cells to be found in it.
    """
    try:
        cells = list(_code_cells(json.loads(text)))
    except (ValueError, RecursionError) as error:
        raise NotANotebookError(f"it is not JSON: {error}") from None
    return "".join(f"{_MARK.format(number)}\n{_tame(source)}\n" for number, source in cells)


def split(source: str) -> list[tuple[str, str]]:
    """Number and source of each cell of `python_of`; line ends in front keep its line numbers."""
    marks = list(_MARK_LINE.finditer(source))
    ends = [*(mark.start() for mark in marks), len(source)][1:]
    return [
        (mark.group(1), "\n" * source.count("\n", 0, mark.start()) + source[mark.start() : end])
        for mark, end in zip(marks, ends, strict=True)
    ]


def name_cells(message: str, source: str) -> str:
    """A message about lines of `python_of` in the words of someone who sees cells."""
    marks = [
        (source.count("\n", 0, match.start()) + 1, match.group(1))
        for match in _MARK_LINE.finditer(source)
    ]

    def name(found: re.Match[str]) -> str:
        line = int(found.group(1))
        before = [mark for mark in marks if mark[0] < line]
        return f"cell {before[-1][1]}, line {line - before[-1][0]}" if before else found.group()

    return _LINE.sub(name, message)


def _code_cells(notebook: object) -> Iterator[tuple[int, str]]:
    """Position among all cells, and source, of each code cell; also of the old format 3."""
    found = notebook.get("cells") if isinstance(notebook, dict) else None
    if found is None and isinstance(notebook, dict):
        sheets = notebook.get("worksheets")
        sheets = [sheet for sheet in sheets or () if isinstance(sheet, dict)]
        found = [cell for sheet in sheets for cell in sheet.get("cells") or ()] if sheets else None
    if not isinstance(found, list):
        raise NotANotebookError("there are no cells in it")
    for number, cell in enumerate(found, 1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", cell.get("input", ""))
            lines = source if isinstance(source, list) else [source]
            yield number, "".join(line for line in lines if isinstance(line, str))


def _tame(source: str) -> str:
    """A cell with its magics and shell lines taken out; every line stays where it is."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    magic = _CELL_MAGIC.match(lines[0])
    if magic:
        lines[0] = f"# {lines[0]}"
        if magic.group(1) not in _AROUND_PYTHON:
            return "\n".join([lines[0], *(f"# {line}" for line in lines[1:])])
    scanner = _Scanner()
    commanding = False  # within a shell line that goes on in the next one
    for number, line in enumerate(lines):
        if commanding:
            commanding = line.endswith("\\")
            lines[number] = f"# {line}"
        elif scanner.at_statement:
            lines[number] = tamed = _tame_line(line)
            commanding = tamed != line and line.endswith("\\")
            scanner.take(tamed)
        else:
            scanner.take(line)
    return "\n".join(lines)


def _tame_line(line: str) -> str:
    """The first line of a statement, with `pass` in the place of a command."""
    statement = line.lstrip()
    indent = line[: len(line) - len(statement)]
    if _TIMED.match(statement):
        return indent + _TIMED.sub("", statement, count=1)
    if _MAGIC.match(statement):
        return f"{indent}pass  # {statement}"
    assigned = _ASSIGNED.fullmatch(statement)
    if assigned:
        return f"{indent}{assigned.group(1)} None  # {assigned.group(2)}"
    return line


class _Scanner:
    """Knows after each line whether the next one begins a statement.

    Attributes:
        at_statement: neither in a string, nor in brackets, nor after a backslash.
    """

    def __init__(self) -> None:
        self.at_statement = True
        self._quote = ""
        self._depth = 0

    def take(self, line: str) -> None:
        """Go on by one line."""
        at = 0
        while at < len(line):
            character = line[at]
            if self._quote:
                at = self._take_in_string(line, at)
            elif character == "#":
                break
            elif character in "\"'":
                triple = line.startswith(character * 3, at)
                self._quote = character * 3 if triple else character
                at += len(self._quote)
            else:
                self._depth += (character in "([{") - (character in ")]}")
                self._depth = max(self._depth, 0)
                at += 1
        continued = line.endswith("\\") and at >= len(line)
        if len(self._quote) == 1 and not continued:
            self._quote = ""
        self.at_statement = not (self._quote or self._depth or continued)

    def _take_in_string(self, line: str, at: int) -> int:
        if line[at] == "\\":
            return at + 2
        if line.startswith(self._quote, at):
            at += len(self._quote)
            self._quote = ""
            return at
        return at + 1
