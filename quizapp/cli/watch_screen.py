"""The screen of a watch, line by line. Owns where things stand; leaves drawing to `terminal`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quizapp.cli.lines import Line, Span, columns_of, wrapped
from quizapp.cli.output import width
from quizapp.cli.words import Say

_FEWEST_BODY_ROWS = 3


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before something that cannot be taken back.

    Attributes:
        answers: key -> what it does; every other key means no.
    """

    text: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """What is to be shown.

    Attributes:
        left: begins the first line.
        right: ends it, where there is room.
        status: how things stand.
        body: as many lines as it takes.
        offset: how many of them are scrolled away above.
        notice: about the last key; may be empty.
        keys: key -> what it does.
    """

    left: str
    right: str
    status: Line
    body: Sequence[Line]
    offset: int
    notice: str
    question: Question | None
    keys: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of the screen.

    Attributes:
        lines: from the top, at most as many as there are rows.
        offset: of the body, such that its end is not above the screen's.
        page: rows that the body has.
    """

    lines: list[Line]
    offset: int
    page: int


def frame(parts: Parts, columns: int, rows: int, say: Say) -> Frame:
    """`parts` on a screen of that size; the last column stays empty."""
    room = max(columns - 1, 1)
    top = [_title(parts.left, parts.right, room), *wrapped(parts.status, room), ()]
    bottom = _bottom(parts, room)
    # Where it gets tight, the keys go first: who makes a window that small knows them.
    bottom = bottom[: max(1, rows - len(top) - 1 - _FEWEST_BODY_ROWS)]
    page = max(1, rows - len(top) - len(bottom) - 1)
    last = max(0, len(parts.body) - page)
    offset = max(0, min(parts.offset, last))
    body = list(parts.body[offset : offset + page])
    body += [()] * (page - len(body))
    rule = _rule(offset, page, len(parts.body), room, say)
    return Frame([*top, *body, rule, *bottom][:rows], offset, page)


def _title(left: str, right: str, room: int) -> Line:
    gap = room - width(left) - width(right)
    if gap < 2:
        return (Span(left, bold=True),)
    return (Span(left, bold=True), Span(" " * gap), Span(right))


def _bottom(parts: Parts, room: int) -> list[Line]:
    if parts.question is not None:
        answers = parts.question.answers
        return [*wrapped([Span(parts.question.text, bold=True)], room), *keys_line(answers, room)]
    told = wrapped([Span(parts.notice, fg="yellow")], room) if parts.notice else []
    return [*told, *keys_line(parts.keys, room)]


def keys_line(keys: Sequence[tuple[str, str]], room: int) -> list[Line]:
    """Keys with what they do, on as many lines as they need; no key is parted from its word."""
    lines: list[Line] = []
    line: Line = ()
    for key, words in keys:
        entry = (Span(key, bold=True), Span(f" {words}"))
        if line and columns_of(line) + 2 + columns_of(entry) > room:
            lines.append(line)
            line = ()
        line = (*line, Span("  "), *entry) if line else entry
    return [*lines, line]


def _rule(offset: int, page: int, total: int, room: int, say: Say) -> Line:
    if total <= page:
        return (Span("─" * room, dim=True),)
    shown = say("lines {a}–{b} of {n}", a=offset + 1, b=min(offset + page, total), n=total)
    more = say("↑ ↓ Space scroll")
    text = f"── {shown} · {more} "
    return (Span(text), Span("─" * max(0, room - width(text)), dim=True))
