"""Gaps in a text that hide something, and cloze notes made of them.

Owns numbering gaps and writing them as cloze marks; leaves finding them to each dialect.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from quizapp.domain.marks import cloze_marks, masked
from quizapp.errors import Phrase

MOST_NUMBERS = 9
"""That a cloze note has; more gaps become several notes."""

MOST_GAPS = 90
"""In one text."""

MARK = re.compile(r"\{\{c(\d{1,4})::?((?:[^{}]|\}(?!\})|\{(?!\{))+)\}\}(?!\})")
"""`{{c1::hidden::hint}}` as Anki and others write it, in a text whose code and math are masked."""

_DOUBLED = re.compile(r"(?<!\\)\{{2,}")
_TAKEN = re.compile(r"\{\{(?=c\d+::|[A-Za-z_][A-Za-z0-9_]*\}\})")


@dataclass(frozen=True, slots=True)
class Gap:
    """A place that hides something.

    Attributes:
        start, end: indices of the mark's first character and after its last.
        number: as the mark has it; None for one of its own.
    """

    start: int
    end: int
    hidden: str
    hint: str = ""
    number: int | None = None


def numbered_gaps(text: str, prose: str) -> list[Gap]:
    """The gaps written as `{{c1::hidden::hint}}`; `prose` is `text` with code and math masked."""
    found = []
    for match in MARK.finditer(prose):
        start, end = match.span(2)
        divide = prose.find("::", start, end)
        hidden = text[start : divide if divide >= 0 else end]
        hint = text[divide + 2 : end] if divide >= 0 else ""
        found.append(Gap(match.start(), match.end(), hidden, hint, int(match[1])))
    return found


def without_gaps(text: str, gaps: Sequence[Gap]) -> str:
    """`text` with what the gaps hide in their places."""
    return _put_in(text, [(gap.start, gap.end, gap.hidden) for gap in gaps])


def clozed(text: str, gaps: Sequence[Gap]) -> list[str]:
    """The fronts of the cloze notes that hide what `gaps` hide, each with up to nine numbers.

    Args:
        text: Markdown.
        gaps: in order, none over another; where one has a number, one without hides alone.

    Raises:
        ValueError: it cannot be written with our marks; one clause.
    """
    if len(gaps) > MOST_GAPS:
        raise ValueError(
            Phrase("it has {n} gaps, more than {most_gaps}", n=len(gaps), most_gaps=MOST_GAPS)
        )
    gaps = _numbered(gaps)
    numbers = sorted({gap.number or 0 for gap in gaps})
    prose = masked(text)
    prose = _put_in(prose, [(gap.start, gap.end, "\0" * (gap.end - gap.start)) for gap in gaps])
    doubled = _DOUBLED.finditer(prose)
    escapes = [(match.start(), match.end(), "\\{" * len(match[0])) for match in doubled]
    fronts = []
    for first in range(0, len(numbers), MOST_NUMBERS):
        chosen = numbers[first : first + MOST_NUMBERS]
        named = {number: number for number in chosen}
        if chosen[-1] > MOST_NUMBERS:
            named = {number: place for place, number in enumerate(chosen, start=1)}
        marks = [
            (gap.start, gap.end, _mark(gap, named[number]) if number in named else gap.hidden)
            for gap in gaps
            for number in (gap.number or 0,)
        ]
        front = _put_in(text, sorted([*escapes, *marks]))
        _check(front, sum(gap.number in named for gap in gaps))
        fronts.append(front)
    return fronts


def unmarked(text: str) -> str:
    """`text` of a note without gaps: what would be taken for a mark of ours is escaped."""
    if "{{" not in text:
        return text
    found = _TAKEN.finditer(masked(text))
    return _put_in(text, [(match.start(), match.end(), "\\{\\{") for match in found])


def _numbered(gaps: Sequence[Gap]) -> list[Gap]:
    last = max((gap.number or 0 for gap in gaps), default=0)
    numbered = []
    for gap in gaps:
        alone = gap.number is None or gap.number < 1
        last += alone
        numbered.append(replace(gap, number=last) if alone else gap)
    return numbered


def _mark(gap: Gap, number: int) -> str:
    hidden, hint = gap.hidden, " ".join(gap.hint.split()).replace("}}", "} }")
    prose = masked(hidden)
    if "::" in prose or (hint and prose.endswith(":")):
        if "`" in hidden or "$" in hidden or "\n" in hidden:
            raise ValueError("a gap hides `::`, which our marks divide at")
        hidden = f"`{hidden}`"
    elif "{{" in prose or "}}" in prose:
        braces = re.finditer(r"\{{2,}|\}{2,}", prose)
        escapes = [(each.start(), each.end(), f"\\{each[0][0]}" * len(each[0])) for each in braces]
        hidden = _put_in(hidden, escapes)
    return f"{{{{c{number}::{hidden}{'::' + hint if hint else ''}}}}}"


def _check(front: str, expected: int) -> None:
    """Marks that stand beside code or math may be taken for a part of it."""
    try:
        found = len(cloze_marks(front))
    except ValueError as error:
        raise ValueError(Phrase("its gaps cannot be marked ({error})", error=error)) from error
    if found != expected:
        raise ValueError("its gaps cannot be told from the code or math around them")


def _put_in(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """`text` with other words in some places, which are given in order."""
    pieces, last = [], 0
    for start, end, words in edits:
        pieces += [text[last:start], words]
        last = end
    return "".join([*pieces, text[last:]])
