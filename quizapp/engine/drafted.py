"""What a card comes to while it is still being written: its faces, or what is wrong with it.

Owns these shapes and the words about fields; leaves what is right to `course.notes`, what is typed
about drawn values to `course.draws`, and saving to `making`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from quizapp.domain.cards import Card, Drawn
from quizapp.engine import wording
from quizapp.engine.deck_text import parse_lines
from quizapp.errors import Phrase, as_phrase

if TYPE_CHECKING:
    from quizapp.course.written import Draft
    from quizapp.domain.text import Language
    from quizapp.errors import CourseError


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a draft.

    Attributes:
        key: the field that it is about; empty for the whole card.
    """

    key: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Face:
    """Both sides of a card, in Markdown, as a session shows them.

    Attributes:
        front: what is asked.
        back: what is shown after answering; may be empty.
        options: of a choice card, each with whether it is right, in the order they are written.
        answer: that is expected, of a typed card.
        runs: whether the answer is worked out by running the card's code.
    """

    front: str
    back: str
    options: tuple[tuple[str, bool], ...] = ()
    answer: str = ""
    runs: bool = False


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a draft comes to: its cards and their faces, or what is wrong with it.

    Attributes:
        drawn: the values that the faces show, of a parametric card.
    """

    cards: tuple[Card, ...]
    faces: tuple[Face, ...]
    flaws: tuple[Flaw, ...]
    drawn: Mapping[str, Drawn] = field(default_factory=dict)


def drafted(draft: Draft, path: str, language: Language, seed: int = 0) -> Drafted:
    """What a draft would come to in the deck at `path`; the same checks as for the course's.

    Args:
        draft: as it is typed.
        path: of the deck.
        language: of the faces.
        seed: what the values of a parametric card are drawn from.
    """
    from quizapp.course.draws import yaml_of
    from quizapp.course.notes import cards_of
    from quizapp.course.written import PARAMETRIC
    from quizapp.study.parameters import draw

    mistyped = yaml_of(draft.given)[1] if draft.kind in PARAMETRIC else []
    if mistyped:  # what else is wrong may only follow from it
        return Drafted((), (), tuple(Flaw("given", each.what, each.remedy) for each in mistyped))
    lines, keys = lines_of(draft)
    parsed, errors = parse_lines(path, ["notes:", *lines])
    flaws = tuple(_flaw(error, keys) for error in errors)
    if flaws:
        return Drafted((), (), flaws)
    cards, drawn = cards_of(parsed[0]), draw(parsed[0].given, seed)
    return Drafted(cards, tuple(_face(card, drawn, language) for card in cards), (), drawn)


def _face(card: Card, drawn: Mapping[str, Drawn], language: Language) -> Face:
    from quizapp.study.parameters import substitute

    note, answer = card.note, card.note.answer
    options = ((each.text.read_in(language), each.correct) for each in note.options)
    return Face(
        wording.front(card, drawn, language),
        wording.back(card, drawn, language),
        tuple((substitute(text, drawn), right) for text, right in options),
        answer.value if answer else "",
        note.code is not None or (answer is not None and not answer.literal),
    )


def lines_of(draft: Draft) -> tuple[list[str], list[str]]:
    """A draft as lines of a note, its dash in the first column, and of each line its key."""
    from quizapp.course.written import entries

    shown = entries(draft if draft.id else replace(draft, id="new"))
    lines = [line for entry in shown.values() for line in entry]
    keys = [key for key, entry in shown.items() for _ in entry]
    return [f"{'  ' if number else '- '}{line}" for number, line in enumerate(lines)], keys


def _flaw(error: CourseError, keys: Sequence[str]) -> Flaw:
    """An error in the lines of a draft, in words for who sees fields and no lines."""
    what = _of_the_card(error.what)
    lacking = re.search("lacks `([a-z]+)`", what)
    at = keys[min(max(error.line - 2, 0), len(keys) - 1)]
    remedy = "change it, or remove it" if " line " in error.remedy else error.remedy
    return Flaw(lacking[1] if lacking else at, what, remedy)


def _of_the_card(text: str) -> str:
    """A message, or what stands in one, without the id that a new note has not got yet."""
    from quizapp.course.source import OF, QUOTED

    if not isinstance(text, Phrase):
        return text
    if text == "note `new`":
        return as_phrase("the card")
    if text.template == OF and text.values["what"] == "note `new`":
        return Phrase(QUOTED, name=text.values["name"])
    values = {
        name: _of_the_card(value) if isinstance(value, Phrase) else value
        for name, value in text.values.items()
    }
    return Phrase(text.template, one=text.one, **values)
