"""What a note is answered with: options, typed answers, and how its numbers are drawn.

Owns `options:`, `answer:` and `given:`; leaves the rest of a note to `notes`.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal, TypeAlias

from quizapp.course.source import OF, Place, Source, listed, shortened, suggestion, told
from quizapp.course.tree import Listing, Node, Scalar
from quizapp.course.values import (
    Fields,
    as_flag,
    as_integer,
    as_items,
    as_number,
    as_string,
    as_table,
    as_text,
    is_number,
)
from quizapp.domain.cards import AnswerType, Draw, Option, TypedAnswer
from quizapp.errors import Phrase, as_phrase

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = ("torch", "np", "nn", "F")
_MOST_AXES = 8
_LARGEST_SIZE = 10_000

_How: TypeAlias = Literal["int", "float", "choice", "shape", "axis_of"]
_Arguments: TypeAlias = tuple[int | float | str, ...]


def read_options(source: Source, node: Node, what: Place) -> tuple[Option, ...]:
    """Three to five options, at least one of them correct."""
    items = as_items(source, node, what)
    if items and not 3 <= len(items) <= 5:
        source.wrong(
            node.line,
            Phrase("{what}: {n} options", what=told(what), n=len(items)),
            "write three to five",
        )
    options, lines = [], dict[str, int]()
    for item in items:
        option = _option(source, item)
        if option is None:
            continue
        options.append(option)
        first = lines.setdefault(option.text.en, item.line)
        if first != item.line:
            source.wrong(
                item.line,
                "an option is the same as another",
                Phrase("compare line {first}", first=first),
            )
    if len(options) == len(items) > 0 and not any(option.correct for option in options):
        source.wrong(
            node.line,
            Phrase("{what}: none is correct", what=told(what)),
            "mark one with `correct: true`",
        )
    return tuple(options)


def _option(source: Source, node: Node) -> Option | None:
    table = as_table(source, node, "an option")
    if table is None:
        return None
    fields = Fields(source, table, "an option", ("text", "correct"))
    text = fields.read("text", partial(as_text, shared=True), required=True)
    correct = fields.read("correct", as_flag) or False
    return None if text is None else Option(text, correct)


def read_answer(source: Source, node: Node, what: Place) -> TypedAnswer | None:
    """What a typed note accepts: text, a number, a shape or an expression."""
    table = as_table(source, node, what)
    if table is None:
        return None
    kinds = [kind.value for kind in AnswerType]
    fields = Fields(source, table, what, (*kinds, "accept", "tolerance"))
    found = [kind for kind in AnswerType if kind.value in fields]
    if len(found) != 1:
        said = as_phrase("several of" if found else "none of")
        source.wrong(
            table.line,
            Phrase(
                "{what} has {said} {kinds}",
                what=told(what),
                said=said,
                kinds=listed(kinds),
            ),
            "write exactly one",
        )
        return None
    answer = found[0]
    for key, owner in (("accept", AnswerType.TEXT), ("tolerance", AnswerType.NUMBER)):
        if key in fields and answer is not owner:
            remedy = Phrase("it belongs to `{owner}`; remove it", owner=owner.value)
            source.wrong(
                fields.line_of(key),
                Phrase("`{key}` means nothing to a {answer} answer", key=key, answer=answer),
                remedy,
            )
    value, literal = _value(fields, answer)
    if not value:
        return None
    accept = tuple(fields.words("accept", as_string))
    tolerance = fields.read("tolerance", as_number) or 0
    if tolerance < 0:
        source.wrong(fields.line_of("tolerance"), "`tolerance` is negative", "write 0 or more")
    return TypedAnswer(answer, value, literal, float(tolerance), accept)


def _value(fields: Fields, answer: AnswerType) -> tuple[str, bool]:
    """The answer's text, and whether it is a literal; empty where it is wrong."""
    source, key = fields.source, answer.value
    node = fields.find(key)
    assert node is not None, "the caller has seen the key"
    if answer is AnswerType.TEXT:
        return fields.string(key).strip(), True
    if answer is AnswerType.NUMBER and isinstance(node, Scalar):
        if is_number(node):
            return node.value, True
        if node.tag in ("int", "float"):
            as_number(source, node, "the answer")
            return "", True
    if answer is AnswerType.SHAPE and isinstance(node, Listing):
        sizes = [as_integer(source, item, "a size of the shape") for item in node.items]
        known = tuple(size for size in sizes if size is not None)
        if any(size < 0 for size in known):
            source.wrong(node.line, "a size of the shape is negative", "write 0 or more")
        return (repr(known), True) if len(known) == len(sizes) else ("", True)
    code = fields.string(key).strip()
    if code:
        source.python(code, node.line, ("the {name} answer", key, ""), mode="eval")
    return code, False


def read_given(source: Source, node: Node, what: Place) -> tuple[Draw, ...]:
    """How each name of a parametric note is drawn, in the order they are written."""
    table = as_table(source, node, what)
    if table is None:
        return ()
    if not table.entries:
        source.wrong(
            table.line,
            Phrase("{what} names nothing", what=told(what)),
            "name something, or remove it",
        )
    draws: dict[str, Draw] = {}
    for name, child in table.entries.items():
        line = table.lines[name]
        if not _NAME.fullmatch(name) or keyword.iskeyword(name) or name in _RESERVED:
            source.wrong(
                line,
                Phrase("`{name}` cannot be a given name", name=shortened(name)),
                "take another name",
            )
        draw = _draw(source, name, child, draws)
        if draw is not None:
            draws[name] = draw
    return tuple(draws.values())


def _draw(source: Source, name: str, node: Node, before: Mapping[str, Draw]) -> Draw | None:
    what = ("given `{name}`", shortened(name), "")
    table = as_table(source, node, what)
    if table is None:
        return None
    readers: dict[_How, Callable[[Source, Node, Place], _Arguments | None]] = {
        "int": _range,
        "float": _grid,
        "choice": _choice,
        "shape": _shape,
        "axis_of": partial(_axis, before=before),
    }
    Fields(source, table, what, tuple(readers))
    found = [how for how in readers if how in table.entries]
    if len(found) < len(table.entries):
        return None  # noted as an unknown key
    if len(found) != 1:
        remedy = Phrase("write one of {names}", names=listed(readers))
        source.wrong(table.line, Phrase("{what} is not drawn in one way", what=told(what)), remedy)
        return None
    arguments = readers[found[0]](source, table.entries[found[0]], what)
    return None if arguments is None else Draw(name, found[0], arguments)


def _range(source: Source, node: Node, what: Place) -> _Arguments | None:
    """`[low, high]`, whole numbers."""
    return _bounds(source, node, what, ("low", "high"), as_integer)


def _grid(source: Source, node: Node, what: Place) -> _Arguments | None:
    """`[low, high, step]`."""
    grid = _bounds(source, node, what, ("low", "high", "step"), as_number)
    if grid and float(grid[2]) <= 0:
        source.wrong(
            node.line,
            Phrase("{what}: the step is not positive", what=told(what)),
            "write a step above 0",
        )
        return None
    return grid


def _bounds(
    source: Source,
    node: Node,
    what: Place,
    names: tuple[str, ...],
    read: Callable[[Source, Node, Place], int | float | None],
) -> _Arguments | None:
    """As many numbers as `names`; the second is not below the first."""
    items = as_items(source, node, what)
    numbers = [read(source, item, ("a bound of {what}", "", what)) for item in items]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers) or not items:
        return None
    if len(known) != len(names):
        remedy = Phrase("write [{names}]", names=", ".join(names))
        source.wrong(
            node.line,
            Phrase("{what}: {n} numbers in the list", what=told(what), n=len(known)),
            remedy,
        )
        return None
    if known[0] > known[1]:
        source.wrong(node.line, Phrase("{what}: low is above high", what=told(what)), "swap them")
        return None
    return tuple(known)


def _choice(source: Source, node: Node, what: Place) -> _Arguments | None:
    """`[value, …]`, numbers or text."""
    values: list[int | float | str | None] = []
    for item in as_items(source, node, what):
        read = as_number if is_number(item) else as_string
        values.append(read(source, item, ("a value of {what}", "", what)))
    if len({str(value) for value in values}) < len(values):
        source.wrong(node.line, Phrase("{what} lists a value twice", what=told(what)), "remove one")
    known = tuple(value for value in values if value is not None)
    return known if known and len(known) == len(values) else None


def _shape(source: Source, node: Node, what: Place) -> _Arguments | None:
    """`{axes: [fewest, most], sizes: [smallest, largest]}`."""
    table = as_table(source, node, what)
    if table is None:
        return None
    fields = Fields(source, table, what, ("axes", "sizes"))
    arguments: list[int | float | str] = []
    for key, most in (("axes", _MOST_AXES), ("sizes", _LARGEST_SIZE)):
        child = fields.find(key, required=True)
        if child is None:
            continue
        pair = _range(source, child, (OF, key, what)) or ()
        if not all(0 <= int(bound) <= most for bound in pair):
            source.wrong(
                child.line,
                Phrase("`{key}` of {what} leaves 0 … {most}", key=key, what=told(what), most=most),
                "stay inside",
            )
        arguments += pair
    return tuple(arguments) if len(arguments) == 4 else None


def _axis(source: Source, node: Node, what: Place, before: Mapping[str, Draw]) -> _Arguments | None:
    """The name of a shape drawn before, which has at least one axis."""
    shape = as_string(source, node, what)
    if shape is None:
        return None
    shapes = [name for name, draw in before.items() if draw.how == "shape"]
    if shape not in shapes:
        remedy = suggestion(shape, shapes, "name a shape that is drawn before it")
        source.wrong(
            node.line,
            Phrase(
                "{what}: no shape `{shape}` is drawn before",
                what=told(what),
                shape=shortened(shape),
            ),
            remedy,
        )
        return None
    if before[shape].arguments[0] == 0:
        source.wrong(
            node.line,
            Phrase("{what}: `{shape}` may have no axis", what=told(what), shape=shape),
            "draw at least one axis",
        )
        return None
    return (shape,)
