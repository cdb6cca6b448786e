"""Untrusted text made harmless. Owns which characters never reach the terminal as themselves."""

from __future__ import annotations

import unicodedata

_KEPT = "\n\t"
_UNSAFE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def escaped(text: str) -> str:
    r"""`text` with control, bidi and other invisible characters written out as `\\x1b`, `\\u202e`.

    Line breaks and tabs stay. A joiner (U+200D) is written out as well: what a submission prints is
    shown as it is, not as it would like to look.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(character) for character in text.replace("\r\n", "\n"))


def _escape(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in _UNSAFE:
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def one_line(text: str, limit: int = 200) -> str:
    """The first line of `text`, escaped, cut to `limit` characters with an ellipsis."""
    line = escaped(text.strip().split("\n", 1)[0])
    return line if len(line) <= limit else line[: limit - 1] + "…"
