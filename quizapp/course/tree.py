"""A YAML file as a tree that knows its lines.

Owns YAML's syntax, its limits and duplicate keys; leaves what the values mean to `values`. It is
imported only where something has to be parsed, and PyYAML with it. The tree is built from libyaml's
events, not by PyYAML's composer: that one recurses in C, so a file of brackets would end the
process instead of being refused.
"""

from __future__ import annotations

import re
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

_DEEPEST = 12
_SEPARATOR = re.compile("[\r\x85\u2028\u2029]")
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
    separator = _SEPARATOR.search(source.text)
    if separator:
        line = source.text.count("\n", 0, separator.start()) + 1
        what = f"holds the separator U+{ord(separator[0]):04X}, which YAML takes for a line end"
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
            if not builder.feed(event):
                return False
    finally:
        loader.dispose()
    return True


@lru_cache(maxsize=4096)
def _tag_of(value: str) -> str:
    """What YAML takes a plain scalar for. Keys and other words come again and again."""
    tag: str = _RESOLVER.resolve(yaml.ScalarNode, value, (True, False))
    return tag.rpartition(":")[2]


class _Builder:
    """Builds the tree event by event, with a stack of its own."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.root: Node | None = None
        self._open: list[Listing | Table] = []
        self._keys: list[str | None] = []

    def feed(self, event: Event) -> bool:
        """Take the next event; False where reading on makes no sense."""
        assert event.start_mark is not None, "events that are parsed have marks"
        line = event.start_mark.line + 1
        if isinstance(event, ScalarEvent):
            self._place(self._scalar(event, line))
        elif isinstance(event, CollectionStartEvent):
            if len(self._open) == _DEEPEST:
                self.source.wrong(line, f"nests deeper than {_DEEPEST} levels", "flatten it")
                return False
            table = isinstance(event, MappingStartEvent)
            return self._start(Table({}, {}, line) if table else Listing([], line), event, line)
        elif isinstance(event, CollectionEndEvent):
            self._open.pop()
            self._keys.pop()
        elif isinstance(event, AliasEvent):
            self.source.wrong(line, "uses a YAML alias (`*name`)", "write the value out")
            return False
        elif isinstance(event, DocumentStartEvent) and self.root is not None:
            self.source.wrong(line, "starts a second YAML document", "remove the `---`")
            return False
        return True

    def _start(self, node: Listing | Table, event: CollectionStartEvent, line: int) -> bool:
        if event.anchor or event.tag:
            self.source.wrong(line, "has a YAML anchor or tag", "remove it")
        if self._open and isinstance(self._open[-1], Table) and self._keys[-1] is None:
            self.source.wrong(
                line, "a key is no word", "put text that begins with { or [ in quotes"
            )
            return False
        self._place(node)
        self._open.append(node)
        self._keys.append(None)
        return True

    def _scalar(self, event: ScalarEvent, line: int) -> Scalar:
        tag, style, name = event.tag, event.style, "str"
        if tag is None and event.anchor is None:
            if event.implicit[0]:
                name = _tag_of(event.value)
        elif event.anchor or tag not in ("!", _TEXT):
            self.source.wrong(line, "has a YAML anchor or tag", "remove it")
            name = "str" if tag in (None, "!", _TEXT) else tag.rpartition(":")[2]
        return Scalar(event.value, line, name, not style, style == "|")

    def _place(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Listing):
            parent.items.append(node)
        elif self._keys[-1] is None:
            self._keys[-1] = self._key(parent, node)
        else:
            parent.entries[self._keys[-1]] = node
            self._keys[-1] = None

    def _key(self, table: Table, node: Node) -> str:
        assert isinstance(node, Scalar), "other keys are refused where they start"
        key = node.value
        if node.tag != "str":
            what = f"key `{shortened(key)}` is read as {meaning(node.tag)}"
            self.source.wrong(node.line, what, "put it in quotes")
        elif key in table.lines:
            remedy = f"remove it here or in line {table.lines[key]}"
            self.source.wrong(node.line, f"key `{shortened(key)}` stands twice", remedy)
        table.lines.setdefault(key, node.line)
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
    return words.get(tag, "text" if tag == "str" else f"a `{tag}`")


def _note_syntax(source: Source, error: yaml.YAMLError) -> None:
    """Note a syntax error of YAML in words that say what to do."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        character = getattr(error, "character", None)
        if not isinstance(character, int):
            source.wrong(0, f"is no YAML: {shortened(str(error), 100)}", "mend it")
            return
        line = source.text.count("\n", 0, max(source.text.find(chr(character)), 0)) + 1
        source.wrong(line, f"holds the control character U+{character:04X}", "remove it")
        return
    lines = source.text.split("\n")
    text = lines[mark.line] if mark.line < len(lines) else ""
    indent = text[: len(text) - len(text.lstrip())]
    problem = getattr(error, "problem", None) or "it cannot be parsed"
    if "\t" in indent:
        source.wrong(mark.line + 1, "is indented with a tab", "use spaces")
    elif text[mark.column : mark.column + 1] in ("`", "@", "%"):
        found = text[mark.column]
        source.wrong(mark.line + 1, f"text begins with {found}", "put it in quotes")
    else:
        remedy = "check the indentation, and put text that holds `: ` or ` #` in quotes"
        source.wrong(mark.line + 1, f"is no YAML: {problem}", remedy)
