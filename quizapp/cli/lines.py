"""Styled lines of text that fit a terminal's width. Owns wrapping and painting.

A line is a row of spans, each with one style; nothing here knows where it stands on the screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

import click

from quizapp.cli.output import width
from quizapp.tui.text.safe import escaped

_WIDE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
_CLOSING = "，。、；：！？）】》」』”’%"
# Blanks; a Chinese character with the marks that must not begin a line; a word.
_PIECE = re.compile(rf"\s+|[{_WIDE}][{_CLOSING}]*|[^\s{_WIDE}]+")
_TAB = 4


@dataclass(frozen=True, slots=True)
class Span:
    """Text in one style; no line break, no escape sequence."""

    text: str
    fg: str | None = None
    bold: bool = False
    dim: bool = False
    reverse: bool = False


Line: TypeAlias = tuple[Span, ...]


def text_of(line: Line) -> str:
    """The text alone."""
    return "".join(span.text for span in line)


def columns_of(line: Line) -> int:
    """Columns that `line` takes."""
    return sum(width(span.text) for span in line)


def painted(line: Line, *, styled: bool) -> str:
    """`line` with escape sequences where `styled`, else its text without trailing blanks."""
    if not styled:
        return text_of(line).rstrip()
    return "".join(
        click.style(
            span.text,
            fg=span.fg,
            bold=span.bold or None,
            dim=span.dim or None,
            reverse=span.reverse or None,
        )
        if span.fg or span.bold or span.dim or span.reverse
        else span.text
        for span in line
    )


def wrapped(spans: Iterable[Span], columns: int, first: str = "", rest: str = "") -> list[Line]:
    """`spans` as lines of at most `columns`, broken at blanks where there are any.

    Args:
        spans: one paragraph.
        columns: of the whole line; at least a few more than the two beginnings.
        first: what the first line begins with.
        rest: what the others begin with.
    """
    lines: list[Line] = []
    line, used, begun = [Span(first)] if first else [], width(first), False
    room = max(columns, width(rest) + 2)
    for piece in _pieces(spans, room - max(width(rest), width(first), 0)):
        blank = piece.text.isspace()
        size = width(piece.text)
        if begun and used + size > room:
            if line[-1].text.isspace():
                del line[-1]
            lines.append(_merged(line))
            line, used, begun = [Span(rest)] if rest else [], width(rest), False
            if blank:
                continue
        if line and blank and not begun and lines:
            continue
        line.append(piece)
        used, begun = used + size, True
    return [*lines, _merged(line)]


def as_written(text: str, columns: int, indent: str = "", **style: str | bool) -> list[Line]:
    """Lines of `text` as they are; long ones go on below, indented by two more than they begin.

    Args:
        text: any text, also what a submission has printed; control characters are written out.
        columns: of the whole line.
        indent: before each line.
        style: of all spans, as `Span` has it.
    """
    lines: list[Line] = []
    spare = columns - width(indent) - 4  # two more from the second line on, and a wide character
    for line in escaped(text.rstrip()).expandtabs(_TAB).splitlines():
        body = line.lstrip(" ")
        begin = indent + " " * max(0, min(len(line) - len(body), columns // 3, spare))
        span = replace(Span(body), **style)  # type: ignore[arg-type]
        lines += wrapped([span], columns, begin, begin + "  ") if body else [()]
    return lines


def cut(line: Line, columns: int) -> Line:
    """`line` cut to `columns`, with an ellipsis where something is missing."""
    if columns_of(line) <= columns:
        return line
    kept: list[Span] = []
    left = columns - 1
    for span in line:
        head = _head(span.text, left)
        kept.append(replace(span, text=head))
        left -= width(head)
        if head != span.text:
            break
    return (*kept, Span("…"))


def _merged(line: list[Span]) -> Line:
    """Neighbours of one style as one span: a terminal is not told the style for each word."""
    return tuple(
        replace(style, text="".join(span.text for span in spans))
        for style, spans in groupby(line, key=lambda span: replace(span, text=""))
    )


def _pieces(spans: Iterable[Span], longest: int) -> Iterator[Span]:
    """Words and blanks, none of them wider than `longest`."""
    for span in spans:
        for match in _PIECE.finditer(span.text):
            text = match.group()
            while width(text) > longest:
                head = _head(text, longest) or text[:1]
                yield replace(span, text=head)
                text = text[len(head) :]
            if text:
                yield replace(span, text=text)


def _head(text: str, columns: int) -> str:
    used = 0
    for index, character in enumerate(text):
        used += width(character)
        if used > columns:
            return text[:index]
    return text
