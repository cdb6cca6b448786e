"""Charts of characters. Owns drawing figures that are given; leaves counting to `study`.

Every chart carries its figures as text beside or below, so that colour and height are never the
only way to read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from textual.content import Content

from quizapp.tui.words import say

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_LEFT_EIGHTHS = " ▏▎▍▌▋▊▉"
_SHADES = ("·", "░", "▒", "▓", "█")
_SHADE_STYLES = ("$faint", "$success 45%", "$success 65%", "$success 85%", "$success")
_WEEK = 7
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def bars(values: Sequence[int], height: int, style: str, width: int = 2) -> list[Content]:
    """Vertical bars, `height` lines high, `width` cells each; the highest value fills them."""
    most = max(values, default=0)
    lines = []
    for level in reversed(range(height)):
        cells = []
        for value in values:
            eighths = round(value * height * 8 / most) if most else 0
            if value and not eighths:
                eighths = 1
            filled = min(max(eighths - level * 8, 0), 8)
            cells.append(_EIGHTHS[filled] * (width - 1) + " ")
        lines.append(Content("".join(cells)).stylize(style))
    return lines


def horizontal(parts: Sequence[tuple[int, str, str]], width: int) -> Content:
    """A bar of `width` cells made of (value, character, style) parts, as long as their shares."""
    total = sum(value for value, _, _ in parts)
    if not total:
        return Content("·" * width).stylize("$faint")
    pieces, drawn, seen = [], 0, 0
    for value, character, style in parts:
        seen += value
        end = round(width * seen / total)
        pieces.append(Content(character * (end - drawn)).stylize(style))
        drawn = end
    return Content("").join(pieces)


def length(share: float, width: int, style: str) -> Content:
    """A bar of eighths as long as `share`, 0 to 1, of `width` cells, padded to all of them."""
    eighths = round(share * width * 8)
    if share and not eighths:
        eighths = 1
    whole, rest = divmod(eighths, 8)
    drawn = "█" * whole + (_LEFT_EIGHTHS[rest] if rest else "")
    return Content(drawn.ljust(width)).stylize(style)


def against(share: float, target: float, width: int) -> Content:
    """A bar as long as `share` of `width` cells, with a mark where `target` lies; both 0 to 1."""
    filled, mark = round(share * width), min(width - 1, int(target * width))
    cells = ["█" if cell < filled else "·" for cell in range(width)]
    parts = [("".join(cells[:mark]), "$text-primary"), ("┃", "$text-accent bold")]
    return Content.assemble(*parts, ("".join(cells[mark + 1 :]), "$text-primary"))


def year(first: date, shades: Sequence[int], weeks: int, spare: int = 0) -> list[Content]:
    """A heat map of the last `weeks` weeks: a column a week, a line a weekday, months above.

    `spare` columns to the right of it are free for the end of the last month's name.
    """
    whole = -(-len(shades) // _WEEK)
    skipped = max(0, whole - weeks)
    start = first + timedelta(days=_WEEK * skipped)
    shown = shades[_WEEK * skipped :]
    lines = [_months(start, min(weeks, whole), spare)]
    for weekday in range(_WEEK):
        label = say(("Mon", "", "Wed", "", "Fri", "", "Sun")[weekday])
        cells = [
            Content(label.ljust(5 - (Content(label).cell_length - len(label)))).stylize("$quiet")
        ]
        for week in range(min(weeks, whole)):
            index = week * _WEEK + weekday
            if index < len(shown):
                shade = shown[index]
                cells.append(Content(_SHADES[shade]).stylize(_SHADE_STYLES[shade]))
        lines.append(Content("").join(cells))
    return lines


def legend() -> Content:
    """What the shades stand for."""
    marks = [
        Content(mark).stylize(style) for mark, style in zip(_SHADES, _SHADE_STYLES, strict=True)
    ]
    return Content(" ").join(
        [Content(say("less")).stylize("$quiet"), *marks, Content(say("more")).stylize("$quiet")]
    )


def _months(start: date, weeks: int, spare: int) -> Content:
    """The months' names, each above the first whole week of its month."""
    line, at = [Content("     ")], 0
    for week in range(weeks):
        day = start + timedelta(days=_WEEK * week)
        name = Content(say(_MONTHS[day.month - 1]))
        if day.day <= _WEEK and at <= week <= weeks + spare - name.cell_length:
            line += [Content(" " * (week - at)), name]
            at = week + name.cell_length
    return Content("").join(line).stylize("$quiet")
