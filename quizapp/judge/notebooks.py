"""Notebooks as Python. Owns their formats, and which line is of which cell.

Read as the JSON they are, without nbformat: that refuses a whole notebook for metadata that it does
not like, and all that counts here is the source of the code cells. So a damaged notebook is read as
far as it can be. What Jupyter allows in a cell is left to `magics`, what the cells do when they run
to `loading`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from quizapp.judge import magics
from quizapp.judge.words import Said, say

_MARK_START = "# ── cell "
_MARK = _MARK_START + "{} ──"
_MARK_LINE = re.compile(r"^# ── cell (\d{1,9}) ──$", re.MULTILINE)
_SOURCES = ("source", "input", "code")  # of formats 4, 3 and 2, and 1
_MOST_CODE = 1 << 20


class NotANotebookError(Exception):
    """The text is no JSON, or JSON without cells.

    Attributes:
        message: what is wrong with it, in both languages.
    """

    def __init__(self, message: Said) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell of `python_of`.

    Attributes:
        number: its position among all cells of the notebook, from 1.
        line: of the whole source, the one in front of its first.
    """

    number: int
    line: int
    source: str


def python_of(text: str) -> str:
    """The code cells in their order as one source, each under a mark; magics made harmless.

    Takes time in proportion to the text. Empty cells are left out. Half a pair of surrogates, which
    JSON can hold and Python cannot, becomes U+FFFD.

    Raises:
        NotANotebookError: there are no cells to be found in it, or more code than anyone writes.
    """
    try:
        cells = list(_code_cells(json.loads(text)))
    except (ValueError, RecursionError) as error:
        raise NotANotebookError(say("it is not JSON: {error}", error=str(error))) from None
    if sum(len(source) for _, source in cells) > _MOST_CODE:
        raise NotANotebookError(
            say("its cells hold more than {most:,} characters of code", most=_MOST_CODE)
        )
    return "".join(
        f"{_MARK.format(number)}\n{_without_marks(magics.tame(_whole(source)))}\n"
        for number, source in cells
        if source.strip()
    )


def split(source: str) -> list[Cell]:
    """The cells of `python_of`."""
    marks = list(_MARK_LINE.finditer(source))
    ends = [*(mark.start() for mark in marks), len(source)][1:]
    cells: list[Cell] = []
    line = 1
    for mark, end in zip(marks, ends, strict=True):
        body = source[mark.end() + 1 : end]
        cells.append(Cell(int(mark.group(1)), line, body))
        line += 1 + body.count("\n")
    return cells


def place(source: str, line: int) -> Said:
    """A line in words: "line 12", or for what `python_of` made "cell 3, line 2"."""
    if source.startswith(_MARK_START) and line > 0:
        lines = source.split("\n", line)[:line]
        for above in range(len(lines) - 1, -1, -1):
            mark = _MARK_LINE.fullmatch(lines[above])
            if mark:
                within = line - above - 1
                return say("cell {cell}, line {line}", cell=mark.group(1), line=max(within, 1))
    return say("line {line}", line=line)


def _code_cells(notebook: object) -> Iterator[tuple[int, str]]:
    """Position among all cells, and source, of each code cell; also of the formats before 4."""
    found = notebook.get("cells") if isinstance(notebook, dict) else None
    if found is None and isinstance(notebook, dict):
        sheets = notebook.get("worksheets")
        sheets = sheets if isinstance(sheets, list) else []
        lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        found = [cell for each in lists if isinstance(each, list) for cell in each]
        found = found if lists else None
    if not isinstance(found, list):
        raise NotANotebookError(say("there are no cells in it"))
    for number, cell in enumerate(found, 1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = next((cell[key] for key in _SOURCES if cell.get(key) is not None), "")
            lines = source if isinstance(source, list) else [source]
            lines = [line for line in lines if isinstance(line, str)]
            # Format 2 leaves the line ends out.
            ended = "input" not in cell or any(line.endswith("\n") for line in lines)
            yield number, ("" if ended else "\n").join(lines)


def _without_marks(source: str) -> str:
    """A cell in which no line reads like a mark."""
    return _MARK_LINE.sub(r"\g<0> ", source) if _MARK_START in source else source


def _whole(source: str) -> str:
    try:
        source.encode()
    except UnicodeEncodeError:
        return source.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return source
