"""A YAML file as a tree that knows its lines.

Owns YAML's syntax, its limits and duplicate keys; leaves what the values mean to `values`. It is
imported only where something has to be parsed, and PyYAML with it. The tree is built from libyaml's
events, not by PyYAML's composer: that one recurses in C, so a file of brackets would end the
process instead of being refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from quizapp.course.source import Source, shortened
from quizapp.errors import Phrase, as_phrase

_DEEPEST = 12
_SEPARATORS = "\r\x85\u2028\u2029"
_TEXT = "tag:yaml.org,2002:str"
_RESOLVER: Any = yaml.resolver.Resolver()


@dataclass(slots=True)
class Scalar:
    """A leaf.

    Attributes:
        tag: what YAML takes it for: "str", "int", "float", "bool", "null", "timestamp", …
        plain: whether it is written without quotes and without a block's indicator.
        block: whether it is a `|` block, whose first line of text is the line after `line`.
    """

    value: str
    line: int
    tag: str
    plain: bool
    block: bool


@dataclass(slots=True)
class Listing:
    """A sequence."""

    items: list[Node]
    line: int


@dataclass(slots=True)
class Table:
    """A mapping; `lines` says where each key stands."""

    entries: dict[str, Node]
    lines: dict[str, int]
    line: int


Node: TypeAlias = Scalar | Listing | Table


def compose(source: Source) -> Node | None:
    """The tree of a YAML file; None, with errors noted in `source`, where there is none."""
    # Four searches take a fiftieth of the time of one regular expression.
    places = [at for at in map(source.text.find, _SEPARATORS) if at >= 0]
    if places:
        first = min(places)
        line = source.text.count("\n", 0, first) + 1
        code = ord(source.text[first])
        what = Phrase(
            "holds the separator U+{code:04X}, which YAML takes for a line end", code=code
        )
        source.wrong(line, what, "remove it, or escape it inside double quotes")
        return None
    builder = _Builder(source)
    try:
        if not _fed(builder, source.text):
            return None
    except yaml.YAMLError as error:
        _note_syntax(source, error)
        return None
    if builder.root is None and not source.errors:
        source.wrong(0, "is empty", "write the file, or remove it")
    return builder.root


def _fed(builder: _Builder, text: str) -> bool:
    """Feed a builder with all events of a text; False where it wants no more of them."""
    loader = yaml.CSafeLoader(text)
    try:
        while (event := loader.get_event()) is not None:
            if isinstance(event, ScalarEvent):  # the usual ones first: this is what takes the time
                builder.leaf(event)
            elif isinstance(event, CollectionEndEvent):
                builder.end()
            elif isinstance(event, CollectionStartEvent):
                if not builder.start(event):
                    return False
            elif not builder.other(event):
                return False
    finally:
        loader.dispose()
    return True


@lru_cache(maxsize=4096)
def _tag_of(value: str) -> str:
    """What YAML takes a plain scalar for. Keys and other words come again and again."""
    tag: str = _RESOLVER.resolve(yaml.ScalarNode, value, (True, False))
    return tag.rpartition(":")[2]


def _line_of(event: Event) -> int:
    assert event.start_mark is not None, "events that are parsed have marks"
    return int(event.start_mark.line) + 1


class _Builder:
    """Builds the tree event by event, with a stack of its own.

    Attributes:
        root: of the tree; None before there is one.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.root: Node | None = None
        self._open: list[tuple[Listing | Table | None, str | None]] = []
        """Parents of the node that is being built, each with the key that waits for its value."""
        self._parent: Listing | Table | None = None
        self._key: str | None = None

    def leaf(self, event: ScalarEvent) -> None:
        """Take a scalar."""
        line, style, value = _line_of(event), event.style, event.value
        if event.tag is not None or event.anchor is not None:
            tag = self._told_tag(event, line)
        else:
            tag = _tag_of(value) if event.implicit[0] else "str"
        node = Scalar(value, line, tag, not style, style == "|")
        parent = self._parent
        if self._key is None and isinstance(parent, Table):
            self._key = self._new_key(parent, node)
        else:
            self._place(node)

    def start(self, event: CollectionStartEvent) -> bool:
        """Take the start of a mapping or of a list; False where reading on makes no sense."""
        line = _line_of(event)
        if len(self._open) == _DEEPEST:
            self.source.wrong(
                line, Phrase("nests deeper than {most} levels", most=_DEEPEST), "flatten it"
            )
            return False
        if event.anchor or event.tag:
            self.source.wrong(line, "has a YAML anchor or tag", "remove it")
        if self._key is None and isinstance(self._parent, Table):
            remedy = "put text that begins with { or [ in quotes"
            self.source.wrong(line, "a key is no word", remedy)
            return False
        table = isinstance(event, MappingStartEvent)
        node = Table({}, {}, line) if table else Listing([], line)
        self._place(node)
        self._open.append((self._parent, self._key))
        self._parent, self._key = node, None
        return True

    def end(self) -> None:
        """Take the end of a mapping or of a list."""
        self._parent, self._key = self._open.pop()

    def other(self, event: Event) -> bool:
        """Take any other event; False where reading on makes no sense."""
        if isinstance(event, AliasEvent):
            remedy = "write the value out"
            self.source.wrong(_line_of(event), "uses a YAML alias (`*name`)", remedy)
            return False
        if isinstance(event, DocumentStartEvent) and self.root is not None:
            self.source.wrong(_line_of(event), "starts a second YAML document", "remove the `---`")
            return False
        return True

    def _told_tag(self, event: ScalarEvent, line: int) -> str:
        """What a scalar with a tag or an anchor is, which is wrong with most of them."""
        tag = event.tag
        if event.anchor or tag not in ("!", _TEXT):
            self.source.wrong(line, "has a YAML anchor or tag", "remove it")
            return "str" if tag in (None, "!", _TEXT) else str(tag).rpartition(":")[2]
        return "str"

    def _place(self, node: Node) -> None:
        parent = self._parent
        if parent is None:
            self.root = node
        elif isinstance(parent, Listing):
            parent.items.append(node)
        else:
            assert self._key is not None, "a value has a key"
            parent.entries[self._key] = node
            self._key = None

    def _new_key(self, table: Table, node: Scalar) -> str:
        key, lines = node.value, table.lines
        if node.tag != "str":
            what = Phrase(
                "key `{key}` is read as {found}",
                key=shortened(key),
                found=as_phrase(meaning(node.tag)),
            )
            self.source.wrong(node.line, what, "put it in quotes")
        elif key in lines:
            remedy = Phrase("remove it here or in line {first}", first=lines[key])
            self.source.wrong(
                node.line, Phrase("key `{key}` stands twice", key=shortened(key)), remedy
            )
        lines.setdefault(key, node.line)
        return key


def meaning(tag: str) -> str:
    """What YAML takes a value with `tag` for, in words."""
    words = {
        "bool": "a truth value",
        "int": "a whole number",
        "float": "a number",
        "null": "nothing",
        "timestamp": "a date",
        "merge": "a merge key",
        "value": "a default key",
    }
    return words.get(tag, "text" if tag == "str" else Phrase("a `{tag}`", tag=tag))


def _note_syntax(source: Source, error: yaml.YAMLError) -> None:
    """Note a syntax error of YAML in words that say what to do."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        character = getattr(error, "character", None)
        if not isinstance(character, int):
            source.wrong(
                0, Phrase("is no YAML: {error}", error=shortened(str(error), 100)), "mend it"
            )
            return
        line = source.text.count("\n", 0, max(source.text.find(chr(character)), 0)) + 1
        source.wrong(
            line,
            Phrase("holds the control character U+{character:04X}", character=character),
            "remove it",
        )
        return
    lines = source.text.split("\n")
    text = lines[mark.line] if mark.line < len(lines) else ""
    indent = text[: len(text) - len(text.lstrip())]
    problem = getattr(error, "problem", None) or as_phrase("it cannot be parsed")
    if "\t" in indent:
        source.wrong(mark.line + 1, "is indented with a tab", "use spaces")
    elif text[mark.column : mark.column + 1] in ("`", "@", "%"):
        found = text[mark.column]
        source.wrong(
            mark.line + 1, Phrase("text begins with {found}", found=found), "put it in quotes"
        )
    else:
        remedy = "check the indentation, and put text that holds `: ` or ` #` in quotes"
        source.wrong(mark.line + 1, Phrase("is no YAML: {problem}", problem=problem), remedy)
