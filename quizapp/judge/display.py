"""Making what a submission printed or raised safe to show. Owns escaping and cutting."""

from __future__ import annotations

import unicodedata

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


def shorten(text: str) -> str:
    """The head and the tail of a long text, and no endless line; says what was left out."""
    lines = [_shorten_line(line) for line in text.splitlines()]
    if len(lines) > _HEAD_LINES + _TAIL_LINES:
        left_out = len(lines) - _HEAD_LINES - _TAIL_LINES
        lines[_HEAD_LINES:-_TAIL_LINES] = [f"… {left_out:,} lines left out …"]
    return "\n".join(lines)


def _shorten_line(line: str) -> str:
    if len(line) <= _LONGEST_LINE:
        return line
    return f"{line[:_LONGEST_LINE]}… {len(line) - _LONGEST_LINE:,} characters left out"


def printed(output: bytes) -> str:
    """What a submission wrote, fit to be shown in a terminal, a CSV or a page."""
    return shorten(escape(output.decode("utf-8", errors="backslashreplace")))
