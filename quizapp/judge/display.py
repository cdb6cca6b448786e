"""Making what a submission printed or raised safe to show. Owns escaping and cutting."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from quizapp.judge.words import Said, in_chinese, say

_SHOWN_CONTROLS = "\n\t"
_HEAD_LINES, _TAIL_LINES = 40, 20
_LONGEST_LINE = 400


def escape(text: str) -> str:
    """`text` with every control, bidi and surrogate character written as its escape."""
    return "".join(
        character
        if character in _SHOWN_CONTROLS or unicodedata.category(character)[0] != "C"
        else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in text
    )


def fit(message: Said) -> Said:
    """A message that neither steers a terminal nor floods a page, whatever it quotes."""
    return Said(shorten(escape(str(message))), shorten(escape(message.chinese), read=in_chinese))


def shorten(text: str, read: Callable[[Said], str] = str) -> str:
    """The head and the tail of a long text, and no endless line; says what was left out.

    Args:
        text: any text.
        read: takes the language of what is said.
    """
    lines = [_shorten_line(line, read) for line in text.splitlines()]
    if len(lines) > _HEAD_LINES + _TAIL_LINES:
        left_out = len(lines) - _HEAD_LINES - _TAIL_LINES
        lines[_HEAD_LINES:-_TAIL_LINES] = [read(say("… {n:,} lines left out …", n=left_out))]
    return "\n".join(lines)


def _shorten_line(line: str, read: Callable[[Said], str]) -> str:
    if len(line) <= _LONGEST_LINE:
        return line
    left_out = say("… {n:,} characters left out", n=len(line) - _LONGEST_LINE)
    return line[:_LONGEST_LINE] + read(left_out)


def printed(output: bytes) -> str:
    """What a submission wrote, fit to be shown in a terminal, a CSV or a page."""
    return shorten(escape(output.decode("utf-8", errors="backslashreplace")))
