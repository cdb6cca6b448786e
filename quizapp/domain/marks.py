"""Marks inside the text of a note: cloze marks, placeholders, and what is verbatim.

Owns what counts as a mark, so that reading a deck and serving a card never disagree; leaves
hiding, drawing and rendering to `study` and `tui`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from quizapp.errors import Phrase

# A fence runs to its closing fence or to the end of the text, as in CommonMark. A dollar opens math
# only before a non-space and closes it only after a non-space and before a non-digit, so that
# "from $5 to $6" stays prose. No inline span crosses a blank line.
_VERBATIM = re.compile(
    r"^[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n]*(?:\n.*?(?:^[ ]{0,3}(?P=fence)[`~]*[ \t]*$|\Z)|\Z)"
    r"|(?<![\\`])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)"
    r"|(?<!\\)\$\$(?:(?!\n[ \t]*\n).)+?\$\$"
    r"|(?<![\\$])\$(?![\s$])(?:(?!\n[ \t]*\n)[^$])*?(?<![\s\\])\$(?!\d)",
    re.MULTILINE | re.DOTALL,
)
_CLOZE = re.compile(r"\{\{c(\d+)::(.*?)\}\}(?!\})", re.DOTALL)

PLACEHOLDER = re.compile(r"\{\{([A-Za-z_][A-Za-z0-9_]*)\}\}")
"""`{{name}}` of a parametric note; replaced by the drawn value everywhere, inside code too."""


class Cloze(NamedTuple):
    """One cloze mark `{{c1::hidden}}` or `{{c1::hidden::hint}}`.

    Attributes:
        start: index of the first brace in the text.
        end: index after the last brace.
    """

    number: int
    hidden: str
    hint: str
    start: int
    end: int


def verbatim_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where code spans, fenced code and `$…$` math stand: (start, end) pairs, in order."""
    return tuple(match.span() for match in _VERBATIM.finditer(text))


def masked(text: str) -> str:
    """`text` with every verbatim character replaced by NUL; the length stays the same."""
    pieces, last = [], 0
    for start, end in verbatim_spans(text):
        pieces += [text[last:start], "\0" * (end - start)]
        last = end
    return "".join([*pieces, text[last:]])


def cloze_marks(text: str) -> tuple[Cloze, ...]:
    """The cloze marks of `text`, in order; none is looked for inside code or math.

    Raises:
        ValueError: a mark is malformed; the message says how, in one clause.
    """
    prose = masked(text)
    marks, seen = [], 0
    for match in _CLOZE.finditer(prose):
        _refuse_braces(text, prose, seen, match.start())
        seen = match.end()
        marks.append(_cloze(text, prose, match))
    _refuse_braces(text, prose, seen, len(prose))
    return tuple(marks)


def _cloze(text: str, prose: str, match: re.Match[str]) -> Cloze:
    start, end = match.span(2)
    shown = text[match.start() : match.end()]
    if len(match[1]) != 1 or match[1] == "0":
        raise ValueError(
            Phrase(
                "`{shown}` has number {number}, numbers go from 1 to 9",
                shown=shown,
                number=match[1],
            )
        )
    if "{{" in match[2]:
        raise ValueError(
            Phrase("`{shown}` holds another mark, marks cannot be nested", shown=shown)
        )
    divide = prose.find("::", start, end)
    hidden = text[start : divide if divide >= 0 else end]
    hint = text[divide + 2 : end] if divide >= 0 else ""
    if not hidden.strip():
        raise ValueError(Phrase("`{shown}` hides nothing", shown=shown))
    return Cloze(int(match[1]), hidden, hint, match.start(), match.end())


def _refuse_braces(text: str, prose: str, start: int, end: int) -> None:
    stray = prose.find("{{", start, end)
    if stray >= 0:
        shown = text[stray : stray + 20]
        raise ValueError(Phrase("`{shown}` is no complete mark", shown=shown))


def placeholders(text: str) -> tuple[str, ...]:
    """Names of the placeholders in `text`, in order of first use, without repetition."""
    return tuple(dict.fromkeys(PLACEHOLDER.findall(text)))
