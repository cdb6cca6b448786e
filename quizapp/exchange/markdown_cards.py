"""A card that stands in a Markdown file. Owns its shape, and what is said of one that is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from quizapp.domain.cards import Kind
from quizapp.errors import Phrase

LONGEST_CARD = 100_000
"""Characters."""


class Dialect(StrEnum):
    """How cards are written in Markdown."""

    HASHCARDS = "hashcards"
    OBSIDIAN = "obsidian"


@dataclass(frozen=True, slots=True)
class MarkdownCard:
    """One note's worth of a file.

    Attributes:
        line: where it begins, from 1.
        kind: BASIC, REVERSED or CLOZE.
        front, back: Markdown as it stands in the file, pictures included; a cloze front has our
            marks.
        said: what stays of the front when gaps move: itself without marks.
        name: that the file gives it, and that outlasts any change of its text; empty for none.
        deck: that it says it belongs to; empty for the file's.
        tags: without `#`.
        part: 1, and more for the further notes of a text with more gaps than one note can have.
        scheduled: whether the file says when it comes back.
    """

    line: int
    kind: Kind
    front: str
    back: str
    said: str
    name: str = ""
    deck: str = ""
    tags: tuple[str, ...] = ()
    part: int = 1
    scheduled: bool = False


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with what could have been a card."""

    line: int
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file came to.

    Attributes:
        tagged: whether it has a tag that says that there are cards in it.
    """

    cards: tuple[MarkdownCard, ...]
    flaws: tuple[Flaw, ...]
    tagged: bool = False


def sorted_out(found: Iterable[MarkdownCard | Flaw], tagged: bool = False) -> Reading:
    """Cards and flaws apart, without cards that are too long or lack a side."""
    cards, flaws = list[MarkdownCard](), list[Flaw]()
    for each in found:
        if isinstance(each, Flaw):
            flaws.append(each)
        elif len(each.front) + len(each.back) > LONGEST_CARD:
            flaws.append(
                Flaw(
                    each.line,
                    Phrase(
                        "it is longer than {longest_card} characters", longest_card=LONGEST_CARD
                    ),
                    "divide it",
                )
            )
        elif not each.front.strip():
            flaws.append(
                Flaw(each.line, "the card has no question", "write it, or remove the card")
            )
        elif not each.back.strip() and each.kind is not Kind.CLOZE:
            flaws.append(Flaw(each.line, "the card has no answer", "write it, or remove the card"))
        else:
            cards.append(each)
    return Reading(tuple(cards), tuple(flaws), tagged)


def unended(line: int) -> Flaw:
    """Where a code block or a comment begins that never ends."""
    what = (
        "the code block or comment that begins here has no end; so its card and all below are left "
        "out"
    )
    return Flaw(line, what, "close it")
