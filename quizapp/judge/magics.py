"""Cells as Python. Owns what Jupyter allows in a cell that Python does not.

Every line stays where it is, so that line numbers hold. What cannot run here (commands of the
shell, magics, help) becomes `pass`; what only surrounds Python keeps its body.
"""

from __future__ import annotations

import re
from typing import Final

_CELL_MAGIC = re.compile(r"%%\s*(\w+)(.*)")
# Cell magics whose body is Python that runs in the notebook's own namespace.
_AROUND_PYTHON: Final = frozenset(
    {"time", "capture", "prun", "debug", "memit", "mprun", "snakeviz", "wandb", "scalene"}
)
_OF_THIS_LIBRARY = re.compile(r"\b(all|pytorch)\b")  # as books for several libraries mark cells
_MAGIC = re.compile(r"[%!?]|[\w.*\[\]]+\?{1,2}\s*(?:#.*)?$")
_TIMED = re.compile(r"%time\s+(?=\w)")
_ASSIGNED = re.compile(r"([\w\s,.\[\]]+=)\s*([%!].*)")
# Jupyter takes these for magics without the sign, too. In Python, an expression of such a name that
# is all of a statement would do nothing.
_BARE = re.compile(
    r"(?:pip3?|conda|mamba|cd|ls|ll|cat|mkdir|rm|cp|mv|env|matplotlib|load_ext|reload_ext|autoreload"
    r"|run|timeit|who|whos)\s+(?!(?:in|is|and|or|if|not)\b)(?:[\w\"'./~$]|-\w|--\w)"
)
_CODE = re.compile(r"'''|\"\"\"|['\"#()\[\]{}\\]")
_IN_STRING: Final = {
    quote: re.compile(rf"\\|{quote}") for quote in ("'", '"', "'''", '"""')
}  # a backslash takes the next character along


def tame(cell: str) -> str:
    """A cell with its magics and shell lines taken out; as many lines as before."""
    lines = cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = _dedent(lines)
    while first < len(lines) and (magic := _CELL_MAGIC.match(lines[first])):
        lines[first] = f"# {lines[first]}"
        if not _is_around_python(magic.group(1), magic.group(2)):
            return "\n".join(line if line.startswith("# %%") else f"# {line}" for line in lines)
        first += 1
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


def _dedent(lines: list[str]) -> int:
    """Take off the space that the first line begins with, as Jupyter does; where that line is."""
    first = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    if first < len(lines):
        space = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
        if space:
            lines[:] = [line.removeprefix(space) for line in lines]
    return first


def _is_around_python(magic: str, options: str) -> bool:
    return magic in _AROUND_PYTHON or (
        magic == "tab" and _OF_THIS_LIBRARY.search(options) is not None
    )


def _tame_line(line: str) -> str:
    """The first line of a statement, with `pass` in the place of a command."""
    statement = line.lstrip()
    indent = line[: len(line) - len(statement)]
    if _TIMED.match(statement):
        return indent + _TIMED.sub("", statement, count=1)
    if _MAGIC.match(statement) or _BARE.match(statement):
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
        at, continued = 0, False
        while found := (_IN_STRING[self._quote] if self._quote else _CODE).search(line, at):
            at = found.end()
            mark = found.group()
            if mark == "\\":
                continued = at == len(line)
                at += 1
            elif mark == "#":
                break
            elif self._quote:
                self._quote = ""
            elif mark[0] in "\"'":
                self._quote = mark
            else:
                self._depth = max(self._depth + (1 if mark in "([{" else -1), 0)
        if len(self._quote) == 1 and not continued:
            self._quote = ""
        self.at_statement = not (self._quote or self._depth or continued)
