"""Where notes stand in the text of a deck, and changes to that text which leave the rest as it is.

Owns lines: what a person wrote in a deck, comments and order included, is never written anew.
Leaves what a note may say to `notes`; whoever changes a text reads the result before it counts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quizapp.course.source import Source
from quizapp.course.tree import Listing, Scalar, Table, compose
from quizapp.errors import CourseError, Phrase

OURS = "#:"
"""Begins a line that is ours in what a person edits: help, or what is wrong."""

_DASH = re.compile(r"( *)- +(?=\S)")
_FIRST = re.compile(r"^notes: *(?:#.*)?\n(?: *(?:#.*)?\n)*( *)- ", re.MULTILINE)
_LONGEST_NOTE = 1000
_BY_HAND = "edit the file by hand"


@dataclass(frozen=True, slots=True)
class Item:
    """A note as lines of YAML, its dash in the first column.

    Attributes:
        id: empty where it has none yet.
        key: of what a fresh id is made: its front, or its code.
        lines: without line ends.
        origins: of each line, the line of the text that it is from, from 1; 0 for an added one.
    """

    id: str
    key: str
    lines: tuple[str, ...]
    origins: tuple[int, ...]

    def named(self, name: str) -> Item:
        """The same with an id, which becomes its first line."""
        head = self.lines[0]
        lines = (f"- id: {name}", f"  {head[2:]}", *self.lines[1:])
        return Item(name, self.key, lines, (0, *self.origins))


@dataclass(frozen=True, slots=True)
class _Listed:
    """The notes of a deck as they stand in its text, lines counted from 0.

    Attributes:
        indent: columns before a dash.
        starts: note id -> first line.
        end: the line after the last note.
    """

    tables: Mapping[str, Table]
    indent: int
    starts: Mapping[str, int]
    end: int


def items_of(source: Source) -> list[Item]:
    """The notes in a text that is one note, or a list of them; errors are noted in `source`."""
    text = "\n".join("" if line.startswith(OURS) else line for line in source.text.split("\n"))
    inner = Source(source.path, text)
    root = compose(inner)
    source.errors += inner.errors
    if inner.errors or root is None:
        return []
    lines = text.split("\n")
    if isinstance(root, Table):
        start = root.line - 1
        lines[start] = f"- {lines[start]}"
        lines[start + 1 :] = [f"  {line}" if line.strip() else "" for line in lines[start + 1 :]]
        return [_item(root, lines, start, len(lines))]
    nodes = root.items if isinstance(root, Listing) else []
    if not nodes or not all(isinstance(node, Table) for node in nodes):
        source.wrong(root.line, "this is no card", "write `front: …` and `back: …`, each on a line")
        return []
    starts = [node.line - 1 for node in nodes]
    for start in starts:
        if not lines[start].startswith("- "):
            source.wrong(start + 1, "a card begins elsewhere", "put its dash in the first column")
            return []
        lines[start] = "- " + lines[start][2:].lstrip()
    ends = [*starts[1:], len(lines)]
    return [
        _item(node, lines, start, end)
        for node, start, end in zip(nodes, starts, ends, strict=True)
        if isinstance(node, Table)
    ]


def _item(node: Table, lines: Sequence[str], start: int, end: int) -> Item:
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    name = node.entries.get("id")
    key = node.entries.get("front") or node.entries.get("code")
    if isinstance(key, Table):
        key = key.entries.get("en")
    return Item(
        name.value if isinstance(name, Scalar) else "",
        key.value if isinstance(key, Scalar) else "",
        tuple(lines[start:end]),
        tuple(range(start + 1, end + 1)),
    )


def appended(path: str, text: str, items: Sequence[Item]) -> tuple[str, int]:
    """`text` of a deck with `items` after its last note, and the first one's line, from 1.

    Raises:
        CourseError: the deck's notes do not stand in lines of their own.
    """
    listed = _listed(path, text)
    eol = _line_end(text)
    lines = text.split("\n")
    end = listed.end
    fresh = [
        (" " * listed.indent + line if line else "") + ("\r" if eol == "\r\n" else "")
        for item in items
        for line in item.lines
    ]
    if end == len(lines):  # the last line has no end yet
        if eol == "\r\n":
            lines[-1] += "\r"
        return "\n".join([*lines, *fresh, ""]), end + 1
    return "\n".join([*lines[:end], *fresh, *lines[end:]]), end + 1


def behind_last(text: str, items: Sequence[Item]) -> str:
    """`text` of a deck with `items` at its end, without reading it; empty where that is not safe.

    It is where the last note begins with its id on the line of the dash, below the first one's, and
    all that follows is indented more than the dash, blank, or a comment.
    """
    first = _FIRST.search(text)
    if first is None or "\r" in text:
        return ""
    indent = first[1]
    lines = text.split("\n")
    for at in range(len(lines) - 1, max(len(lines) - _LONGEST_NOTE, -1), -1):
        line = lines[at]
        if re.match(indent + r"- id: +\S", line):
            break
        if line.strip() and not line.startswith(("#", " ")):
            return ""
    else:
        return ""
    deeper = indent + " "
    rest = [line for line in lines[at + 1 :] if line.strip() and not line.startswith("#")]
    if not all(line.startswith(deeper) for line in rest):
        return ""
    fresh = "".join(f"{indent}{line}\n" if line else "\n" for item in items for line in item.lines)
    return f"{text}{'' if text.endswith(chr(10)) else chr(10)}{fresh}"


def without(path: str, text: str, name: str) -> tuple[str, Item, bool]:
    """`text` of a deck without the note `name`, that note, and whether it was the only one.

    Comments above the next note stay.

    Raises:
        CourseError: there is no such note, or it does not stand in lines of its own.
    """
    listed = _listed(path, text)
    start, end = _span(path, listed, name, text)
    lines = text.split("\n")
    indent = listed.indent
    taken = tuple(line[indent:].rstrip("\r") for line in lines[start:end])
    item = Item(name, "", taken, tuple(range(start + 1, end + 1)))
    return "\n".join([*lines[:start], *lines[end:]]), item, len(listed.starts) == 1


def rewritten(path: str, text: str, name: str, entries: Mapping[str, Sequence[str]]) -> str:
    """As `all_rewritten`, of one note."""
    return all_rewritten(path, text, {name: entries})


def all_rewritten(path: str, text: str, notes: Mapping[str, Mapping[str, Sequence[str]]]) -> str:
    """`text` of a deck with other values for some keys of some notes.

    Args:
        path: of the deck.
        text: of the deck.
        notes: id of a note -> key -> its lines, as they begin in the first column; none to take
            the key out.

    Raises:
        CourseError: there is no such note, or one of the keys stands on no line of its own.
    """
    listed = _listed(path, text)
    lines = text.split("\n")
    starts = sorted(listed.starts.values())
    tail = "\r" if _line_end(text) == "\r\n" else ""
    spans = {}
    for name in notes:
        start = _start_of(path, listed, name)
        place = bisect_right(starts, start)
        end = listed.end
        if place < len(starts):
            end = _trimmed(lines, start + 1, starts[place], listed.indent)
        spans[name] = (start, end)
    for name in sorted(notes, key=lambda name: spans[name], reverse=True):
        start, end = spans[name]
        table, own, last = listed.tables[name], lines[start:end], end == len(lines)
        lines[start:end] = _body(path, own, start, table, notes[name], tail=tail, at_end=last)
    return "\n".join(lines)


def _body(
    path: str,
    lines: Sequence[str],
    start: int,
    table: Table,
    entries: Mapping[str, Sequence[str]],
    *,
    tail: str,
    at_end: bool,
) -> list[str]:
    """The lines of a note, which begins in line `start` of its file, with other values."""
    column = _key_column(lines[0])
    begins = sorted(line - 1 - start for line in table.lines.values())
    if len(set(begins)) < len(begins):
        raise CourseError(path, start + 1, "several keys share a line", _BY_HAND)
    pieces = {
        at: lines[at:until] for at, until in zip(begins, [*begins[1:], len(lines)], strict=True)
    }
    added: list[str] = []
    for key, fresh in entries.items():
        shown = [" " * column + line + tail if line else tail for line in fresh]
        if key in table.lines:
            at = table.lines[key] - 1 - start
            kept = _comments_after(pieces[at])
            pieces[at] = [*_with_dash(shown, lines[at], at == 0), *kept]
        else:
            added += shown
    body = [line for at in begins for line in pieces[at]]
    if not body or not body[0].lstrip().startswith("- "):
        raise CourseError(path, start + 1, "its first key cannot be taken out", _BY_HAND)
    if added and at_end and not lines[-1].endswith("\r"):
        body[-1] = body[-1].rstrip("\r") + tail
    cut = len(_comments_after(body))
    body[len(body) - cut : len(body) - cut] = added
    return body


def _with_dash(shown: list[str], line: str, first: bool) -> list[str]:
    """Lines of a key, the first with the note's dash where it begins the note."""
    if not first or not shown:
        return shown
    dash = _DASH.match(line)
    lead = dash[0] if dash else ""
    return [lead + shown[0][len(lead) :], *shown[1:]]


def _comments_after(piece: Sequence[str]) -> list[str]:
    """Blank lines and comments at the end of a key's lines; those inside a block belong to it."""
    if re.search(r":\s*[|>][-+0-9]*\s*$", piece[0]):
        return []
    cut = len(piece)
    while cut > 1 and (not piece[cut - 1].strip() or piece[cut - 1].lstrip().startswith("#")):
        cut -= 1
    return list(piece[cut:])


def _listed(path: str, text: str) -> _Listed:
    source = Source(path, text.removeprefix("\ufeff").replace("\r\n", "\n"))
    root = compose(source)
    for error in source.errors:
        raise error
    notes = root.entries.get("notes") if isinstance(root, Table) else None
    if not isinstance(root, Table) or not isinstance(notes, Listing) or not notes.items:
        raise CourseError(path, 0, "it has no list of notes", "write `notes:` and a note below it")
    lines = source.text.split("\n")
    tables: dict[str, Table] = {}
    starts: dict[str, int] = {}
    indents = set()
    for node in notes.items:
        dash = _DASH.match(lines[node.line - 1])
        if dash is None or not isinstance(node, Table):
            what = "this note does not begin on a line of its own, with a dash"
            raise CourseError(path, node.line, what, _BY_HAND)
        indents.add(len(dash[1]))
        name = node.entries.get("id")
        if isinstance(name, Scalar):
            tables[name.value] = node
            starts[name.value] = node.line - 1
    if len(indents) > 1:
        raise CourseError(path, notes.line, "its notes are not below each other", _BY_HAND)
    later = [line - 1 for line in root.lines.values() if line > notes.items[-1].line]
    end = min(later, default=len(lines))
    indent = indents.pop()
    end = _trimmed(lines, notes.items[-1].line, end, indent)
    return _Listed(tables, indent, starts, end)


def _span(path: str, listed: _Listed, name: str, text: str) -> tuple[int, int]:
    """First line of a note and the line after its last; comments above the next are no part."""
    start = _start_of(path, listed, name)
    after = [line for line in listed.starts.values() if line > start]
    lines = text.split("\n")
    if not after:
        return start, listed.end
    return start, _trimmed(lines, start + 1, min(after), listed.indent)


def _start_of(path: str, listed: _Listed, name: str) -> int:
    if name not in listed.starts:
        raise CourseError(
            path, 0, Phrase("it has no note `{name}` any more", name=name), "look for it elsewhere"
        )
    return listed.starts[name]


def _trimmed(lines: Sequence[str], first: int, end: int, indent: int) -> int:
    """`end` without the blank lines before it, and the comments that are no deeper than a dash."""
    while end > first:
        line = lines[end - 1]
        bare = line.lstrip()
        if bare.strip() and not (bare.startswith("#") and len(line) - len(bare) <= indent):
            break
        end -= 1
    return end


def _key_column(line: str) -> int:
    dash = _DASH.match(line)
    return len(dash[0]) if dash else 0


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
