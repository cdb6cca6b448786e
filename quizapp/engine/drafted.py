"""What a card comes to while it is still being written: its faces, or what is wrong with it.

Owns these shapes and the words about fields; leaves what is right to `course.notes`, and saving to
`making`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quizapp.domain.cards import Card
from quizapp.engine import wording
from quizapp.engine.deck_text import parse_lines

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
        runs: whether the answer is what running the card's code gives.
    """

    front: str
    back: str
    options: tuple[tuple[str, bool], ...] = ()
    answer: str = ""
    runs: bool = False


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a draft comes to: its cards and their faces, or what is wrong with it."""

    cards: tuple[Card, ...]
    faces: tuple[Face, ...]
    flaws: tuple[Flaw, ...]


def drafted(draft: Draft, path: str, language: Language) -> Drafted:
    """What a draft would come to in the deck at `path`; the same checks as for the course's."""
    from quizapp.course.notes import cards_of

    lines, keys = lines_of(draft)
    parsed, errors = parse_lines(path, ["notes:", *lines])
    flaws = tuple(_flaw(error, keys) for error in errors)
    cards = () if flaws else cards_of(parsed[0])
    return Drafted(cards, tuple(_face(card, language) for card in cards), flaws)


def _face(card: Card, language: Language) -> Face:
    note, answer = card.note, card.note.answer
    return Face(
        wording.front(card, {}, language),
        wording.back(card, {}, language),
        tuple((each.text.read_in(language), each.correct) for each in note.options),
        answer.value if answer else "",
        note.code is not None,
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
    what = error.what.replace(" of note `new`", "").replace("note `new`", "the card")
    lacking = re.search("lacks `([a-z]+)`", what)
    at = keys[min(max(error.line - 2, 0), len(keys) - 1)]
    remedy = "change it, or remove it" if " line " in error.remedy else error.remedy
    return Flaw(lacking[1] if lacking else at, what, remedy)
