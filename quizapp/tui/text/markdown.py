"""Markdown of cards and tasks as blocks of styled text. Owns which Markdown is understood.

Headings, paragraphs, fenced code, lists (nested by indentation), quotes, tables, rules; inside them
code spans, bold, italic, strike-through, links, hard line breaks and math; of pictures, what they
show. A subset on purpose:
Textual's own Markdown widget takes 280 ms to import and draw, more than half of a first paint, and
mounts a widget for each paragraph, which shows when cards follow each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from textual.content import Content, Span

from quizapp.tui.text.highlight import highlight_python
from quizapp.tui.text.latex import to_unicode


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a page, wrapped on its own.

    Attributes:
        first: what stands before its first line, such as a bullet; its width indents the rest.
        filled: whether it is code: drawn on a ground of its own, over the full width, unwrapped.
        gap: blank lines before it, when it is not the first.
    """

    content: Content
    first: Content = field(default_factory=Content.empty)
    filled: bool = False
    gap: int = 1


_FENCE = re.compile(r"^( {0,3}|\s*)(`{3,}|~{3,})[ \t]*([\w+-]*)[^\n]*$")
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)[ \t#]*$")
_RULE = re.compile(r"^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_ITEM = re.compile(r"^(\s*)([-*+]|\d{1,3}[.)])[ \t]+(.*)$")
_QUOTE = re.compile(r"^ {0,3}>[ ]?(.*)$")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_INLINE = re.compile(
    r"(?P<escape>\\[\\`*_{}\[\]()#+\-.!$|~<>])"
    r"|(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    r"|(?<!\\)\$\$(?P<display>.+?)\$\$"
    r"|(?<![\\$])\$(?![\s$])(?P<math>[^$]*?)(?<![\s\\])\$(?!\d)"
    r"|\*\*(?=\S)(?P<strong>.+?)(?<=\S)\*\*"
    r"|(?<!\w)__(?=\S)(?P<strong_>.+?)(?<=\S)__(?!\w)"
    r"|\*(?=[^\s*])(?P<emphasis>[^*]+?)(?<=\S)\*"
    r"|(?<!\w)_(?=[^\s_])(?P<emphasis_>[^_]+?)(?<=\S)_(?!\w)"
    r"|~~(?=\S)(?P<strike>.+?)(?<=\S)~~"
    r"|(?P<blank>\[…\])"
    r"|!?\[(?P<label>[^\]]*)\]\((?P<address>[^)\s]*)[^)]*\)",
    re.DOTALL,
)
_STYLES = {
    "strong": "bold",
    "strong_": "bold",
    "emphasis": "italic",
    "emphasis_": "italic",
    "strike": "strike",
}
CODE_STYLE = "$text-accent on $panel"
MATH_STYLE = "$text-secondary"
BLANK_STYLE = "bold $text-warning"


def inline(text: str) -> Content:
    """One paragraph's inline Markdown as Content; a single line break is a space."""
    pieces = [
        piece if isinstance(piece, tuple) else (piece, "")
        for piece in _inline_pieces(re.sub(r"(?<! {2})(?<!\\)\n[ \t]*", _soft_break, text))
    ]
    plain, spans = [], []
    at = 0
    for piece, style in pieces:
        content = piece if isinstance(piece, Content) else Content(piece)
        length = len(content.plain)
        plain.append(content.plain)
        spans += [Span(span.start + at, span.end + at, span.style) for span in content.spans]
        if style and length:
            spans.append(Span(at, at + length, style))
        at += length
    return Content("".join(plain), spans)


def _soft_break(match: re.Match[str]) -> str:
    """A space, but nothing between two Chinese characters, where a space would show."""
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    return "" if before > "\u2e7f" and after > "\u2e7f" else " "


def _inline_pieces(text: str) -> Iterator[tuple[Content | str, str]]:
    last = 0
    for match in _INLINE.finditer(text):
        if match.start() > last:
            yield _plain(text[last : match.start()]), ""
        last = match.end()
        yield _inline_match(match)
    if last < len(text):
        yield _plain(text[last:]), ""


def _plain(text: str) -> str:
    return re.sub(r"(?: {2,}|\\)\n[ \t]*", "\n", text)


def _inline_match(match: re.Match[str]) -> tuple[Content | str, str]:
    if match["escape"]:
        return match["escape"][1:], ""
    if match["blank"]:
        return match["blank"], BLANK_STYLE
    if match["code"] is not None:
        code = match["code"]
        if code.startswith(" ") and code.endswith(" ") and code.strip():
            code = code[1:-1]
        return code, CODE_STYLE
    if match["math"] is not None or match["display"] is not None:
        return to_unicode(match["math"] or match["display"] or ""), MATH_STYLE
    if match["label"] is not None:
        if match[0].startswith("!"):  # the picture itself is drawn below the text
            return f"▣ {match['label'].strip() or match['address'].rpartition('/')[2]}", "$quiet"
        return inline(match["label"] or match["address"]), "underline"
    for group, style in _STYLES.items():
        if match[group] is not None:
            return inline(match[group]), style
    return match[0], ""


def blocks(text: str) -> list[Block]:
    """The blocks of a whole Markdown text, top to bottom."""
    return list(_Reader(text.expandtabs(4).splitlines()).read())


def code_block(code: str, *, python: bool = True, gap: int = 1) -> Block:
    """A block of code; coloured as Python unless told otherwise."""
    code = code.strip("\n").rstrip()
    return Block(highlight_python(code) if python else Content(code), filled=True, gap=gap)


class _Reader:
    """A reader of lines; each method takes the lines of its block."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0

    def read(self) -> Iterator[Block]:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.strip():
                self.at += 1
            elif _FENCE.match(line):
                yield self.fence()
            elif heading := _HEADING.match(line):
                self.at += 1
                yield Block(inline(heading[2]).stylize("bold $text-primary"))
            elif _RULE.match(line):
                self.at += 1
                yield Block(Content("─" * 24).stylize("$quiet"))
            elif _ITEM.match(line):
                yield from self.items()
            elif _QUOTE.match(line):
                yield from self.quote()
            elif self.table_ahead():
                yield self.table()
            else:
                yield self.paragraph()

    def fence(self) -> Block:
        opening = _FENCE.match(self.lines[self.at])
        assert opening is not None
        indent, mark, language = len(opening[1]), opening[2], opening[3].lower()
        body = []
        self.at += 1
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if line.strip().startswith(mark) and not line.strip().strip(mark[0]):
                break
            body.append(line[indent:] if not line[:indent].strip() else line.lstrip())
        return code_block("\n".join(body), python=language in ("", "python", "py", "python3"))

    def starts_block(self, line: str) -> bool:
        return bool(
            not line.strip()
            or _FENCE.match(line)
            or _HEADING.match(line)
            or _RULE.match(line)
            or _ITEM.match(line)
            or _QUOTE.match(line)
        )

    def paragraph(self) -> Block:
        taken = [self.lines[self.at].strip()]
        self.at += 1
        while self.at < len(self.lines) and not self.starts_block(self.lines[self.at]):
            taken.append(self.lines[self.at].lstrip())
            self.at += 1
        return Block(inline("\n".join(taken)))

    def items(self) -> Iterator[Block]:
        gap = 1
        while self.at < len(self.lines):
            item = _ITEM.match(self.lines[self.at])
            if item is None:
                if self.lines[self.at].strip() or not self.item_follows():
                    return
                self.at += 1
                continue
            self.at += 1
            yield from self.item(item, gap)
            gap = 0

    def item_follows(self) -> bool:
        rest = (line for line in self.lines[self.at :] if line.strip())
        return bool(_ITEM.match(next(rest, "")))

    def item(self, item: re.Match[str], gap: int) -> Iterator[Block]:
        indent = " " * min(len(item[1]), 12)
        mark = "•" if item[2] in "-*+" else item[2]
        first = Content(f"{indent}{mark} ").stylize("$quiet")
        text = [item[3].rstrip("\n")]
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if self.starts_block(line):
                break
            text.append(line.lstrip())
            self.at += 1
        yield Block(inline("\n".join(text)), first=first, gap=gap)
        deep = len(item[1]) + 2
        while self.at < len(self.lines) and _FENCE.match(self.lines[self.at]):
            line = self.lines[self.at]
            if len(line) - len(line.lstrip()) < deep:
                return
            code = self.fence()
            yield Block(code.content, first=Content(" " * len(first.plain)), filled=True, gap=0)

    def quote(self) -> Iterator[Block]:
        taken = []
        while self.at < len(self.lines) and (line := _QUOTE.match(self.lines[self.at])):
            taken.append(line[1])
            self.at += 1
        bar = Content("▎ ").stylize("$quiet")
        for number, block in enumerate(blocks("\n".join(taken))):
            yield Block(block.content, first=bar, filled=block.filled, gap=0 if number else 1)

    def table_ahead(self) -> bool:
        following = self.lines[self.at + 1] if self.at + 1 < len(self.lines) else ""
        return (
            "|" in self.lines[self.at] and "-" in following and bool(_TABLE_RULE.match(following))
        )

    def table(self) -> Block:
        rows = [_cells(self.lines[self.at])]
        self.at += 2
        while self.at < len(self.lines) and "|" in self.lines[self.at]:
            rows.append(_cells(self.lines[self.at]))
            self.at += 1
        columns = max(len(row) for row in rows)
        padded = [row + [Content("")] * (columns - len(row)) for row in rows]
        widths = [max(row[column].cell_length for row in padded) for column in range(columns)]
        lines = [
            Content("  ").join(
                cell.pad_right(width - cell.cell_length)
                for cell, width in zip(row, widths, strict=True)
            )
            for row in padded
        ]
        rule = Content("  ".join("─" * width for width in widths)).stylize("$quiet")
        return Block(Content("\n").join([lines[0].stylize("bold"), rule, *lines[1:]]))


def _cells(line: str) -> list[Content]:
    masked = re.sub(r"`[^`]*`|\$[^$]*\$", lambda code: code[0].replace("|", "\0"), line.strip())
    masked = masked.removeprefix("|")
    masked = masked.removesuffix("|") if not masked.endswith("\\|") else masked
    return [
        inline(cell.replace("\0", "|").strip().replace("\\|", "|"))
        for cell in re.split(r"(?<!\\)\|", masked)
    ]
