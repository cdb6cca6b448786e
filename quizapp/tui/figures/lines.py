"""Lines that pages of figures are made of. Owns columns that hold in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from quizapp.tui.text.markdown import Block
from quizapp.tui.widgets import charts
from quizapp.tui.words import say

BAR = 24


def section(title: str, lines: Sequence[Content], note: str = "") -> Iterator[Block]:
    """A heading, with what is said of it in small print, and lines below."""
    head = Content(title).stylize("bold $text-primary")
    if note:
        head = head.append(Content(f"  {note}").stylize("$quiet"))
    yield Block(head)
    yield Block(Content("\n").join(lines or [nothing()]), gap=0)


def nothing() -> Content:
    """What stands where there is nothing to count."""
    return Content(say("no reviews yet")).stylize("$quiet")


def column(text: str, width: int, *, right: bool = False) -> Content:
    """`text` in a column of `width` cells; a Chinese character takes two of them."""
    label = Content(text)
    if label.cell_length > width:
        label = label.truncate(width, ellipsis=True)
    room = max(0, width - label.cell_length)
    return label.pad_left(room) if right else label.pad_right(room)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], most: int = 32) -> list[Content]:
    """Rows under their heads: the first column to the left, the others to the right."""
    widths = [
        min(most, max(Content(cell).cell_length for cell in cells))
        for cells in zip(heads, *rows, strict=True)
    ]
    lines = [_row(cells, widths) for cells in (heads, *rows)]
    return [lines[0].stylize("$quiet"), *lines[1:]]


def bars(rows: Sequence[tuple[str, float, str]], width: int = BAR) -> list[Content]:
    """A bar a row, as long as its value is of the largest: (label, value, figures)."""
    most = max((value for _, value, _ in rows), default=0)
    label = max((Content(name).cell_length for name, *_ in rows), default=0) + 2
    return [
        Content("").join(
            [
                column(name, label),
                charts.length(value / most if most else 0, width, "$text-primary"),
                Content(f"  {told}").stylize("$quiet"),
            ]
        )
        for name, value, told in rows
    ]


def percent(share: float | None) -> str:
    """A share, 0 to 1, in per cent; a dash where there is none."""
    return "-" if share is None else f"{100 * share:.0f} %"


def _row(cells: Sequence[str], widths: Sequence[int]) -> Content:
    return Content("  ").join(
        column(cell, width, right=place > 0)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
