"""One near miss: a known wrong solution whose docstring says what is wrong.

Owns the form of that docstring; leaves to `judge` whether the solution is wrong where it says.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from quizapp.course.source import SLUG, Source, shortened, suggestion
from quizapp.domain.exercises import NearMiss
from quizapp.domain.text import Text
from quizapp.errors import Phrase

_FORM = "write English, a line `---`, Chinese, `cards: id, …` and `fails: check, …`"
_NAMED = re.compile(r"(cards|fails):(.*)")


@dataclass(frozen=True, slots=True)
class ParsedNearMiss:
    """A near miss, with the file and the line that name its cards."""

    near_miss: NearMiss
    path: str
    line: int


def read_near_miss(source: Source, checks: Collection[str]) -> ParsedNearMiss | None:
    """The near miss in `source`; None, with every error noted, where it is wrong.

    `checks` are the ids that `fails:` may name; empty where they are unknown.
    """
    tree = source.module()
    if tree is None:
        return None
    docstring = ast.get_docstring(tree)
    if not docstring:
        source.wrong(1, "has no docstring", _FORM)
        return None
    errors = len(source.errors)
    first = tree.body[0].lineno
    lines = [line.rstrip() for line in docstring.rstrip().split("\n")]
    named, places = _take_names(source, lines, first)
    languages = "\n".join(lines).split("\n---\n")
    if len(languages) != 2 or not all(part.strip() for part in languages):
        source.wrong(first, "the docstring does not hold two languages", _FORM)
    for key in ("cards", "fails"):
        if not named.get(key):
            source.wrong(
                places.get(key, first),
                Phrase("the docstring names nothing in `{key}:`", key=key),
                _FORM,
            )
    for card in named.get("cards", ()):
        note_id, _, _ = card.partition("/")
        if not SLUG.fullmatch(note_id):
            source.wrong(
                places["cards"], Phrase("`{card}` is no card id", card=shortened(card)), "mend it"
            )
    for check in named.get("fails", ()):
        if checks and check not in checks:
            remedy = suggestion(check, checks, "name a function that has `@check`")
            source.wrong(
                places["fails"], Phrase("`{check}` is no check", check=shortened(check)), remedy
            )
    if len(source.errors) > errors:
        return None
    miss = NearMiss(
        name=PurePosixPath(source.path).stem,
        source=source.text,
        diagnosis=Text(languages[0].strip(), languages[1].strip()),
        cards=named["cards"],
        fails=named["fails"],
    )
    return ParsedNearMiss(miss, source.path, places["cards"])


def _take_names(
    source: Source, lines: list[str], first: int
) -> tuple[dict[str, tuple[str, ...]], dict[str, int]]:
    """Take `cards:` and `fails:` off the end of `lines`: their words, and the lines of the file."""
    named: dict[str, tuple[str, ...]] = {}
    places: dict[str, int] = {}
    while lines:
        match = _NAMED.fullmatch(lines[-1].strip())
        if lines[-1].strip() and match is None:
            break
        lines.pop()
        if match is None:
            continue
        key, line = match[1], _line_of(source, match[0], first)
        if key in named:
            source.wrong(line, Phrase("`{key}:` stands twice", key=key), "remove one")
        named[key] = tuple(dict.fromkeys(filter(None, map(str.strip, match[2].split(",")))))
        places[key] = line
    return named, places


def _line_of(source: Source, text: str, first: int) -> int:
    lines = source.text.split("\n")
    found = (n for n in range(first, len(lines) + 1) if lines[n - 1].strip() == text)
    return next(found, first)
