"""Markdown as lines for a terminal. Owns paragraphs, lists, code and math.

Only what tasks, hints and diagnoses use. Back quotes stay: without colour, too, they tell code from
words. Wrapping is done by `lines`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizapp.cli.lines import Line, Span, as_written, wrapped
from quizapp.tui.text.safe import escaped

_ITEM = re.compile(r"(\s*)([-*+]|\d+[.)])\s+(.*)")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_HEADING = re.compile(r"#{1,6}\s+(.*)")
_INLINE = re.compile(
    r"(?P<code>`+[^`]+`+)|\*\*(?P<strong>.+?)\*\*|(?<![A-Za-z0-9_*])\*(?P<em>[^*\s][^*]*)\*|\$(?P<math>[^$]+)\$"
)
_NO_BLANK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])")


def prose(text: str, columns: int, indent: str = "") -> list[Line]:
    """The lines of a Markdown text; paragraphs are set apart by an empty one."""
    lines: list[Line] = []
    after_code = False
    for first, rest, block in _blocks(escaped(text).split("\n")):
        if block is None:
            if lines and lines[-1]:
                lines.append(())
            continue
        if after_code and lines[-1]:
            lines.append(())
        after_code = first == "code"
        if first == "code":
            lines += [
                (Span(indent + "    "), *line)
                for line in as_written(block, columns - len(indent) - 4)
            ]
        elif first == "heading":
            lines += wrapped([Span(block, bold=True)], columns, indent, indent)
        else:
            lines += wrapped(_inline(block), columns, indent + first, indent + rest)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _blocks(source: list[str]) -> Iterator[tuple[str, str, str | None]]:
    """Beginning of the first line, of the others, and text; without a text: an empty line."""
    waiting: list[str] = []
    first = rest = ""
    at = 0
    while at <= len(source):
        line = source[at] if at < len(source) else ""
        at += 1
        item, fence = _ITEM.fullmatch(line), _FENCE.match(line)
        heading = _HEADING.fullmatch(line)
        if waiting and (not line.strip() or item or fence or heading):
            yield first, rest, _NO_BLANK.sub("", "\n".join(waiting)).replace("\n", " ")
            waiting, first, rest = [], "", ""
        if fence:
            end = _end_of(source, at, fence.group(1))
            yield "code", "", "\n".join(source[at:end])
            at = end + 1
        elif heading:
            yield "heading", "", heading.group(1)
        elif item:
            mark = "•" if item.group(2) in "-*+" else item.group(2)
            first = f"{item.group(1)}{mark} "
            rest = " " * len(first)
            waiting = [item.group(3)]
        elif line.strip():
            waiting.append(line.strip())
        else:
            yield "", "", None


def _end_of(source: list[str], begin: int, fence: str) -> int:
    for at in range(begin, len(source)):
        if source[at].strip().startswith(fence):
            return at
    return len(source)


def _inline(text: str) -> list[Span]:
    spans: list[Span] = []
    at = 0
    for match in _INLINE.finditer(text):
        spans.append(Span(text[at : match.start()]))
        at = match.end()
        if match["code"]:
            spans.append(Span(match["code"], fg="cyan"))
        elif match["math"]:
            from quizapp.tui.text.latex import to_unicode

            spans.append(Span(to_unicode(match["math"])))
        else:
            inner = match["strong"] or match["em"]
            spans += [Span(span.text, span.fg, bold=True) for span in _inline(inner)]
    spans.append(Span(text[at:]))
    return [span for span in spans if span.text]
