"""Both sides of a cloze card. Owns hiding and revealing; leaves marks to `domain.marks`."""

from __future__ import annotations

from collections.abc import Callable

from quizapp.domain.marks import Cloze, cloze_marks

BLANK = "…"


def part_number(part: str) -> int:
    """The number of a cloze card's part: 2 for "c2".

    Raises:
        ValueError: `part` is not the part of a cloze card.
    """
    if len(part) != 2 or part[0] != "c" or part[1] not in "123456789":
        raise ValueError(f"{part!r} is not a cloze part, c1 to c9")
    return int(part[1])


def front(text: str, number: int) -> str:
    """`text` with mark `number` hidden as `[…]` or `[hint]`; the other marks are shown."""
    return _rewritten(text, lambda mark: _blank(mark) if mark.number == number else mark.hidden)


def back(text: str, number: int) -> str:
    """`text` with every mark shown, number `number` in bold."""
    return _rewritten(text, lambda mark: _bold(mark) if mark.number == number else mark.hidden)


def hidden(text: str, number: int) -> tuple[str, ...]:
    """What mark `number` hides, once for each place where it stands."""
    return tuple(mark.hidden.strip() for mark in cloze_marks(text) if mark.number == number)


def _rewritten(text: str, shown: Callable[[Cloze], str]) -> str:
    pieces, last = [], 0
    for mark in cloze_marks(text):
        pieces += [text[last : mark.start], shown(mark)]
        last = mark.end
    return "".join([*pieces, text[last:]])


def _blank(mark: Cloze) -> str:
    return f"[{mark.hint.strip() or BLANK}]"


def _bold(mark: Cloze) -> str:
    # Markdown does not see stars next to a space as bold, so the spaces go outside.
    core = mark.hidden.strip()
    lead, _, trail = mark.hidden.partition(core)
    return f"{lead}**{core}**{trail}"
