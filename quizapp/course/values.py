"""Values of a YAML tree, typed and checked.

Owns what text, numbers, lists and keys must look like; leaves what they are for to the readers of
notes and exercises. A function that cannot return a value has noted why and returns None.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from keyword import iskeyword
from typing import TypeVar

from quizapp.course.source import (
    ENTRY,
    OF,
    SLUG,
    Place,
    Source,
    listed,
    shortened,
    suggestion,
    told,
)
from quizapp.course.tree import Listing, Node, Scalar, Table, meaning
from quizapp.domain.text import Text
from quizapp.errors import Phrase, as_phrase

T = TypeVar("T")

_MOST_REVISIONS = 9999
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,3})?")


def as_string(source: Source, node: Node, what: Place) -> str | None:
    """Text that is not blank, and that YAML takes for text."""
    if not isinstance(node, Scalar):
        remedy = "put text that begins with { or [ in quotes"
        source.wrong(
            node.line,
            Phrase("{what} is {found}, not text", what=told(what), found=as_phrase(_sort(node))),
            remedy,
        )
        return None
    if node.tag == "null" or (node.tag == "str" and not node.value.strip()):
        source.wrong(node.line, Phrase("{what} is empty", what=told(what)), "write it")
        return None
    if node.tag != "str":
        shown = shortened(node.value)
        source.wrong(
            node.line,
            Phrase(
                "{what}: YAML reads {shown} as {found}",
                what=told(what),
                shown=shown,
                found=as_phrase(meaning(node.tag)),
            ),
            Phrase('write "{shown}"', shown=shown),
        )
        return None
    return node.value


def as_slug(source: Source, node: Node, what: Place) -> str | None:
    """An id of lower-case letters, digits and single hyphens."""
    word = as_string(source, node, what)
    if word is not None and not SLUG.fullmatch(word):
        remedy = "use lower-case letters, digits and hyphens between them"
        source.wrong(
            node.line,
            Phrase("{what} `{word}` is no id", what=told(what), word=shortened(word)),
            remedy,
        )
        return None
    return word


def as_name(source: Source, node: Node, what: Place) -> str | None:
    """A name that Python code may give."""
    word = as_string(source, node, what)
    if word is not None and (not word.isidentifier() or iskeyword(word)):
        source.wrong(
            node.line,
            Phrase("{what} `{word}` is no Python name", what=told(what), word=shortened(word)),
            "take another",
        )
        return None
    return word


def as_text(source: Source, node: Node, what: Place, *, shared: bool = False) -> Text | None:
    """Text in both languages; with `shared` and in own decks, one string may stand for both."""
    if isinstance(node, Scalar):
        if not (shared or source.own):
            remedy = 'write {en: "…", zh: "…"}'
            source.wrong(
                node.line,
                Phrase("{what} is one text, not one for each language", what=told(what)),
                remedy,
            )
            return None
        both = as_string(source, node, what)
        return None if both is None else Text(both, both)
    table = as_table(source, node, what)
    if table is None:
        return None
    foreign = [key for key in table.lines if key not in ("en", "zh")]
    for key in foreign:
        remedy = suggestion(key, ("en", "zh"), "write en and zh; quote text with commas")
        source.wrong(
            table.lines[key],
            Phrase("{what}: `{key}` is no language", what=told(what), key=shortened(key)),
            remedy,
        )
    found: dict[str, str | None] = {}
    for language in ("en", "zh"):
        child = table.entries.get(language)
        if child is None and not foreign:
            source.wrong(
                table.line,
                Phrase("{what} lacks its `{language}` text", what=told(what), language=language),
                "write both languages",
            )
        found[language] = as_string(source, child, (OF, language, what)) if child else None
    if found["en"] is None or found["zh"] is None:
        return None
    return Text(found["en"], found["zh"])


def as_integer(source: Source, node: Node, what: Place) -> int | None:
    """A whole number of at most 15 digits, unquoted, in plain decimal."""
    if isinstance(node, Scalar) and node.tag == "int" and _INTEGER.fullmatch(node.value):
        return int(node.value)
    _refuse_number(source, node, what, "a whole number in plain decimal, such as 12")
    return None


def as_revision(source: Source, node: Node, what: Place) -> int | None:
    """A whole number from 1 to 9999."""
    value = as_integer(source, node, what)
    if value is None or 1 <= value <= _MOST_REVISIONS:
        return value
    wanted = Phrase("write a whole number from 1 to {most}", most=_MOST_REVISIONS)
    source.wrong(
        node.line,
        Phrase("{what} is {value}, out of its range", what=told(what), value=value),
        wanted,
    )
    return None


def as_texts(source: Source, node: Node, what: Place) -> tuple[Text, ...]:
    """A list of texts in both languages; what is none is noted and left out."""
    texts = [as_text(source, item, (ENTRY, "", what)) for item in as_items(source, node, what)]
    return tuple(text for text in texts if text)


def as_number(source: Source, node: Node, what: Place) -> float | int | None:
    """A finite number, unquoted; an int where it is written as one."""
    if is_number(node) and isinstance(node, Scalar):
        value = int(node.value) if _INTEGER.fullmatch(node.value) else float(node.value)
        if math.isfinite(value):
            return value
    _refuse_number(source, node, what, "a number in plain decimal, such as 0.5")
    return None


def is_number(node: Node) -> bool:
    """Whether `node` is a number as we take it: unquoted decimal, `1e-5` included.

    YAML 1.1 takes `1e-5` for text and `010`, `1_000`, `0x1F` and `3:4` for whole numbers.
    """
    return (
        isinstance(node, Scalar)
        and node.plain
        and node.tag in ("int", "float", "str")
        and _NUMBER.fullmatch(node.value) is not None
    )


def _refuse_number(source: Source, node: Node, what: Place, wanted: str) -> None:
    found = shortened(node.value) if isinstance(node, Scalar) else as_phrase(_sort(node))
    source.wrong(
        node.line,
        Phrase("{what} is `{found}`, not a number here", what=told(what), found=found),
        Phrase("write {wanted}", wanted=as_phrase(wanted)),
    )


def as_flag(source: Source, node: Node, what: Place) -> bool:
    """`true` or `false`."""
    if isinstance(node, Scalar) and node.tag == "bool" and node.value in ("true", "false"):
        return node.value == "true"
    source.wrong(
        node.line,
        Phrase("{what} is neither `true` nor `false`", what=told(what)),
        "write one of them",
    )
    return False


def as_table(source: Source, node: Node, what: Place) -> Table | None:
    """A mapping."""
    if isinstance(node, Table):
        return node
    source.wrong(
        node.line,
        Phrase("{what} is {found}, not a mapping", what=told(what), found=as_phrase(_sort(node))),
        "write `key: value` entries",
    )
    return None


def as_items(source: Source, node: Node, what: Place) -> list[Node]:
    """The items of a list that is not empty."""
    if not isinstance(node, Listing):
        source.wrong(
            node.line,
            Phrase("{what} is {found}, not a list", what=told(what), found=as_phrase(_sort(node))),
            "write [a, b] or - items",
        )
        return []
    if not node.items:
        source.wrong(
            node.line,
            Phrase("{what} is an empty list", what=told(what)),
            "fill it, or remove the key",
        )
    return node.items


def as_unique(
    source: Source,
    node: Node,
    what: Place,
    read: Callable[[Source, Node, Place], str | None] = as_slug,
) -> dict[str, int]:
    """The words of a list, none twice, each with its line."""
    words: dict[str, int] = {}
    for item in as_items(source, node, what):
        word = read(source, item, (ENTRY, "", what))
        if word in words:
            source.wrong(
                item.line,
                Phrase("{what} lists `{word}` twice", what=told(what), word=word),
                "remove one",
            )
        elif word is not None:
            words[word] = item.line
    return words


def _sort(node: Node) -> str:
    if isinstance(node, Table):
        return "a mapping"
    if isinstance(node, Listing):
        return "a list"
    return meaning(node.tag)


class Fields:
    """The entries of one mapping whose keys are known.

    Args:
        what: what the mapping is, for messages: "note `len-is-axis-0`", "an option".
        known: all keys that it may have; any other one is noted.
    """

    def __init__(self, source: Source, table: Table, what: Place, known: Sequence[str]) -> None:
        self.source = source
        self.table = table
        self.what = what
        self.line = table.line
        for key, line in table.lines.items():
            if key not in known:
                remedy = suggestion(
                    key, known, Phrase("known keys are {names}", names=listed(known))
                )
                source.wrong(
                    line,
                    Phrase(
                        "{what} has an unknown key `{key}`", what=told(what), key=shortened(key)
                    ),
                    remedy,
                )

    def __contains__(self, key: str) -> bool:
        return key in self.table.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.table.entries)

    def line_of(self, key: str) -> int:
        """The line of `key`; that of the mapping where it has none."""
        return self.table.lines.get(key, self.line)

    def find(self, key: str, *, required: bool = False) -> Node | None:
        """The node at `key`; its absence is noted where it is required."""
        node = self.table.entries.get(key)
        if node is None and required:
            self.source.wrong(
                self.line, Phrase("{what} lacks `{key}`", what=told(self.what), key=key), "add it"
            )
        return node

    def read(
        self,
        key: str,
        read: Callable[[Source, Node, Place], T | None],
        *,
        required: bool = False,
    ) -> T | None:
        """What `read` makes of the node at `key`; None where there is none or it is wrong."""
        node = self.find(key, required=required)
        return None if node is None else read(self.source, node, (OF, key, self.what))

    def string(self, key: str, *, required: bool = False) -> str:
        """The text at `key`; empty where there is none or it is wrong."""
        return self.read(key, as_string, required=required) or ""

    def words(
        self, key: str, read: Callable[[Source, Node, Place], str | None] = as_slug
    ) -> dict[str, int]:
        """The list of words at `key`, each with its line; empty where there is none."""
        return self.read(key, partial(as_unique, read=read)) or {}

    def python(self, key: str, *, required: bool = False) -> str | None:
        """The Python at `key`, parsed but not run; None where there is none or it is wrong."""
        node = self.find(key, required=required)
        code = None if node is None else as_string(self.source, node, (OF, key, self.what))
        if code is not None and isinstance(node, Scalar):
            self.source.python(code, node.line + node.block, (OF, key, self.what))
        return code
