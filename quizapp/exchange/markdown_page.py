"""A Markdown file as lines. Owns decoding it, its front matter, and which lines are code.

Block structure is markdown-it's, so that a mark inside a code block, however deep in a list, is
never taken for a card's. Leaves what the other lines mean to the dialects, `hashcards_in` and
`obsidian_in`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from quizapp.errors import Phrase, UsageError
from quizapp.exchange.own_decks import clean

if TYPE_CHECKING:
    from markdown_it.token import Token

LARGEST_FILE = 32 * 2**20
"""Bytes that a file of cards may have."""

_LARGEST_HEAD = 2**14
_MOST_BRACKETS = 100
"""In front matter; readers of YAML take very long over thousands."""

_MOST_TAGS = 50
_BLOCKS = ["fence", "code", "blockquote", "list", "hr", "html_block", "heading", "paragraph"]
_CLOSING = re.compile(r"[\s>]*(`{3,}|~{3,})\s*")
_TAGS = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class Page:
    """One file of Markdown.

    Attributes:
        path: as it is shown in messages.
        name: of the deck that its cards belong to, where they do not say another.
        lines: all of them, without line ends.
        begin: index of the first line after the front matter.
        code: indices of the lines of code blocks, fences included.
        remarks: indices of the lines that are HTML comments and nothing else.
        open: index of a code block or comment that never ends; None where all do.
        title: that the front matter gives; empty for none.
        tags: that the front matter gives, without `#`.
    """

    path: str
    name: str
    lines: tuple[str, ...]
    begin: int
    code: frozenset[int]
    remarks: frozenset[int]
    open: int | None
    title: str
    tags: tuple[str, ...]


def read_page(path: str, name: str, data: bytes) -> Page:
    """The page in the bytes of a file.

    Args:
        path: as it is shown in messages.
        name: of its deck.
        data: UTF-8, or UTF-16 that says so.

    Raises:
        UsageError: it is no text; names the line.
    """
    text = _decoded(path, data).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        what = "it holds a NUL character, so it is no text"
        raise UsageError(f"{path}:{line}", what, "remove the character, or name another file")
    lines = clean(text).split("\n")
    begin = _end_of_head(lines)
    title, tags = _head("\n".join(lines[1 : begin - 1])) if begin else ("", ())
    code, remarks, unended = _blocks(lines, begin)
    return Page(path, name, tuple(lines), begin, code, remarks, unended, title, tags)


def code_lines(lines: Sequence[str]) -> frozenset[int]:
    """Indices of the lines of code blocks, in a text that stands alone."""
    return _blocks(lines, 0)[0]


def _decoded(path: str, data: bytes) -> str:
    if len(data) > LARGEST_FILE:
        raise UsageError(
            path, Phrase("it is larger than {size} MiB", size=LARGEST_FILE >> 20), "divide it"
        )
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = Phrase(
            "byte 0x{byte:02x} is no {encoding}",
            byte=data[error.start],
            encoding="UTF-16" if wide else "UTF-8",
        )
        raise UsageError(f"{path}:{line}", what, "save the file as UTF-8") from None


def _end_of_head(lines: Sequence[str]) -> int:
    """Index of the first line after the front matter; 0 without any."""
    if lines[0].rstrip() != "---":
        return 0
    size = 0
    for at, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return at + 1
        size += len(line)
        if size > _LARGEST_HEAD:
            break
    return 0


def _head(text: str) -> tuple[str, tuple[str, ...]]:
    """Name of the deck, and tags; what cannot be read says nothing, as it may be about others."""
    nested = text.count("[") + text.count("{") + text.count("- -") > _MOST_BRACKETS
    found = {} if nested else _toml(text) or _yaml(text)
    name, tags = found.get("name"), found.get("tags")
    words = _TAGS.split(tags) if isinstance(tags, str) else tags if isinstance(tags, list) else []
    plain = [word.strip().lstrip("#") for word in words if isinstance(word, str)]
    title = " ".join(name.split()) if isinstance(name, str) else ""
    return title, tuple(word for word in plain if word)[:_MOST_TAGS]


def _toml(text: str) -> dict[str, object]:
    import tomllib

    try:
        return dict(tomllib.loads(text))
    except (ValueError, RecursionError):
        return {}


def _yaml(text: str) -> dict[str, object]:
    import yaml

    try:
        found = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, OverflowError):
        return {}
    return found if isinstance(found, dict) else {}


def _blocks(lines: Sequence[str], begin: int) -> tuple[frozenset[int], frozenset[int], int | None]:
    """Lines of code and of remarks, and where one of these begins that never ends."""
    code, remarks, unended = set[int](), set[int](), None
    last = max((at for at, line in enumerate(lines) if line.strip()), default=0)
    for token in _parse()("\n".join(lines[begin:])):
        if token.map is None:
            continue
        start, end = token.map[0] + begin, token.map[1] + begin
        if token.type in ("fence", "code_block"):
            code.update(range(start, end))
            closed = token.type == "code_block" or _closes(lines[end - 1], token, end - start)
        elif token.type == "html_block" and token.content.lstrip().startswith("<!--"):
            _, closing, after = lines[end - 1].partition("-->")
            closed = bool(closing)
            remarks.update(range(start, end if closed and not after.strip() else end - 1))
        else:
            continue
        if not closed and end > last:
            unended = start if unended is None else unended
    return frozenset(code), frozenset(remarks), unended


def _closes(line: str, token: Token, height: int) -> bool:
    found = _CLOSING.fullmatch(line)
    return height > 1 and found is not None and found[1].startswith(token.markup)


@lru_cache(maxsize=1)
def _parse() -> Callable[[str], list[Token]]:
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark")
    markdown.core.ruler.enableOnly(["normalize", "block"])
    markdown.block.ruler.enableOnly(_BLOCKS)
    return markdown.parse
