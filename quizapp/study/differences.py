"""How an answer differs, as plain text. Owns the marks under the characters; needs no colour."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher

LONGEST_LINE = 400


def difference(expected: str, given: str) -> str:
    """Both texts, line by line: `- ` expected, `+ ` given, `  ` the same, `? ` marks beneath.

    A `^` stands below each character that is not in the other line. Control characters are
    written out, so that nothing in an answer can move the cursor.
    """
    wanted = [_visible(line) for line in expected.splitlines()] or [""]
    got = [_visible(line) for line in given.splitlines()] or [""]
    lines: list[str] = []
    for tag, i, j, k, m in SequenceMatcher(None, wanted, got, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [f"  {line}" for line in wanted[i:j]]
            continue
        paired = min(j - i, m - k)
        for left, right in zip(wanted[i : i + paired], got[k : k + paired], strict=True):
            lines += _pair(left, right)
        lines += [f"- {line}" for line in wanted[i + paired : j]]
        lines += [f"+ {line}" for line in got[k + paired : m]]
    return "\n".join(lines)


def _pair(left: str, right: str) -> list[str]:
    in_left, in_right = [False] * len(left), [False] * len(right)
    # Beyond this length the comparison would take seconds, and nobody reads the marks.
    if max(len(left), len(right)) <= LONGEST_LINE:
        for tag, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            if tag != "equal":
                in_left[i:j] = [True] * (j - i)
                in_right[k:m] = [True] * (m - k)
    lines = [f"- {left}", _marks(left, in_left), f"+ {right}", _marks(right, in_right)]
    return [line for line in lines if line]


def _marks(line: str, differs: list[bool]) -> str:
    below = "".join(
        ("^" if wrong else " ") * _width(character)
        for character, wrong in zip(line, differs, strict=True)
    ).rstrip()
    return f"? {below}" if below else ""


def _width(character: str) -> int:
    """Columns of a terminal that a character takes."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _visible(line: str) -> str:
    return "".join(
        character if character.isprintable() else repr(character)[1:-1] for character in line
    )
