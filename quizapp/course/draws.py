"""How the values of a parametric card are drawn, as a person types it: one name a line.

Owns this short way to write `given:`, and the YAML of it; leaves what may be drawn to `answers`.

    n: int 2, 6                     a whole number, both included
    x: float 0.1, 0.9, 0.1          from, to, step
    op: choice sum, mean, "a, b"    numbers, or text, in quotes where it needs them
    s: shape axes 2, 3 sizes 2, 5   how many axes, how long each
    k: axis_of s                    an axis of a shape above
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from quizapp.domain.cards import Draw
from quizapp.errors import Phrase, as_phrase

EXAMPLES = {
    "int": "n: int 2, 6",
    "float": "x: float 0.1, 0.9, 0.1",
    "choice": "op: choice sum, mean",
    "shape": "s: shape axes 2, 3 sizes 2, 5",
    "axis_of": "k: axis_of s",
}
"""Way to draw -> how it is typed."""

_LINE = re.compile(r"(?P<name>[^:]*?)\s*:\s*(?P<how>\w*)\s*(?P<rest>.*)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,3})?")
_VALUE = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^",]*?)\s*(,|$)')
_SHAPE = re.compile(r"axes\s+(\d+)[\s,]+(\d+)[\s,]+sizes\s+(\d+)[\s,]+(\d+)")
# Names that YAML takes for something else than text.
_TAKEN = {"yes", "no", "on", "off", "true", "false", "null"}


@dataclass(frozen=True, slots=True)
class Mistyped:
    """A line that does not say how to draw.

    Attributes:
        what: is wrong with it.
        remedy: what to do, with an example.
    """

    what: str
    remedy: str


def yaml_of(text: str) -> tuple[list[str], list[Mistyped]]:
    """What was typed as lines of YAML, one a name, and the lines that could not be read."""
    lines, wrong = list[str](), list[Mistyped]()
    for line in filter(None, map(str.strip, text.split("\n"))):
        read = _read(line)
        if isinstance(read, Mistyped):
            wrong.append(read)
        else:
            lines.append(read)
    return lines, wrong


def typed(draws: Sequence[Draw]) -> str:
    """The draws of a note as a person types them."""
    return "\n".join(f"{draw.name}: {draw.how} {_arguments(draw)}" for draw in draws)


def _arguments(draw: Draw) -> str:
    values = [_bare(value) for value in draw.arguments]
    if draw.how == "shape":
        return f"axes {', '.join(values[:2])} sizes {', '.join(values[2:])}"
    return ", ".join(values)


def _bare(value: float | str) -> str:
    """A value without quotes where it is read back as it is."""
    if not isinstance(value, str):
        return repr(value)
    plain = value and value == value.strip() and not re.search(r'[",\n]', value)
    return value if plain and not _NUMBER.fullmatch(value) else _quoted(value)


def _read(line: str) -> str | Mistyped:
    parts = _LINE.fullmatch(line)
    if parts is None or not _NAME.fullmatch(parts["name"]):
        what = Phrase("`{line}` does not begin with a name and a colon", line=line[:40])
        return Mistyped(what, Phrase("write, for example, {example}", example=EXAMPLES["int"]))
    name, how, rest = parts["name"], parts["how"], parts["rest"].strip()
    if how not in EXAMPLES:
        what = Phrase("`{name}` is not drawn in a known way", name=name)
        return Mistyped(
            what, Phrase("after the colon write one of {names}", names=", ".join(EXAMPLES))
        )
    value = _yaml(how, rest)
    if value is None:
        needed = {
            "int": "the lowest and the highest whole number",
            "float": "the lowest number, the highest and the step",
            "choice": "values apart by commas",
            "shape": "how many axes and which sizes",
            "axis_of": "the name of a shape",
        }[how]
        return Mistyped(
            Phrase("`{name}`: {how} needs {needed}", name=name, how=how, needed=as_phrase(needed)),
            Phrase("write it like {example}", example=EXAMPLES[how]),
        )
    key = _quoted(name) if name.lower() in _TAKEN else name
    return f"{key}: {{{how}: {value}}}"


def _yaml(how: str, rest: str) -> str | None:
    """What stands behind `how:`; None where it cannot be read."""
    if how == "axis_of":
        return _quoted(rest) if _NAME.fullmatch(rest) else None
    if how == "shape":
        found = _SHAPE.fullmatch(rest)
        if found is None:
            return None
        fewest, most, smallest, largest = map(int, found.groups())
        return f"{{axes: [{fewest}, {most}], sizes: [{smallest}, {largest}]}}"
    if how == "choice":
        values = _values(rest)
        return f"[{', '.join(values)}]" if values else None
    pattern, count = (_WHOLE, 2) if how == "int" else (_NUMBER, 3)
    numbers = [piece for piece in re.split(r"[\s,]+", rest) if piece]
    if len(numbers) != count or not all(pattern.fullmatch(number) for number in numbers):
        return None
    return f"[{', '.join(map(_number, numbers))}]" if all(map(_finite, numbers)) else None


def _values(rest: str) -> list[str]:
    """The values of a choice as YAML; none where one is empty or a quote is not closed."""
    values, at = list[str](), 0
    while found := _VALUE.match(rest, at):
        value = found[1]
        if not value:
            return []
        if value.startswith('"'):
            try:
                values.append(_quoted(str(json.loads(value, strict=False))))
            except ValueError:
                return []
        else:
            values.append(_number(value) if _is_number(value) else _quoted(value))
        if not found[2]:
            return values
        at = found.end()
    return []


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and _finite(text)


def _finite(number: str) -> bool:
    return math.isfinite(float(number))


def _number(text: str) -> str:
    """A number as it is written when a note is read and written again."""
    return str(int(text)) if _WHOLE.fullmatch(text) else repr(float(text))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
