"""Cards written as `Q:` and `A:`, or as `C:` with gaps in brackets. Owns that dialect.

It is the one of hashcards (github.com/eudoxia0/hashcards), and of what quizapp writes: a remark
`<!-- quizapp: name; reversed; tags: a, b -->` before a card, `<!-- quizapp deck: title -->` before
a deck, an `A:` below a `C:` for its explanation, and a backslash before a line of a text that
begins as a card does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from quizapp.domain.cards import Kind
from quizapp.domain.marks import masked
from quizapp.errors import Phrase
from quizapp.exchange.gaps import MARK, Gap, clozed, numbered_gaps, unmarked, without_gaps
from quizapp.exchange.markdown_cards import (
    LONGEST_CARD,
    Flaw,
    MarkdownCard,
    Reading,
    sorted_out,
    unended,
)
from quizapp.exchange.markdown_page import Page

STARTS = re.compile(r"([QAC]):")
DIVIDER = "---"
ESCAPED = re.compile(r"\\+(?=[QAC]:|---\s*$)")
"""Before a line of a text that would begin or end a card; one of the backslashes is not meant."""

_REMARK = re.compile(r"\s*<!--\s*quizapp\s*(deck)?\s*:\s*(.*?)\s*-->\s*")
_BRACKETS = re.compile(r"(?<![\\!\[])\[([^\[\]]+)\]")
_FAR = 30
"""Lines in which a text that is one with gaps has a first one."""

_ADDRESS = re.compile(r"\((?:https?://|\.{0,2}/|#|@/|[^\s()]+\.[a-z0-9]{2,5}\))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What a remark of ours says about the card after it."""

    name: str = ""
    reversed: bool = False
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class _Part:
    """What stands behind one sign: its letter, or "" for what ends a card; and line, from 1."""

    sign: str
    line: int
    lines: list[str] = field(default_factory=list)
    said: Said = field(default_factory=Said)
    deck: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n").strip()


def is_hashcards(page: Page) -> bool:
    """Whether there is a question with an answer, or a text with a gap, in that dialect."""
    asked = False
    for at in range(page.begin, len(page.lines)):
        line = page.lines[at]
        if line[1:2] != ":" or at in page.code:
            continue
        if line[0] == "Q":
            asked = True
        elif line[0] == "A" and asked:
            return True
        elif line[0] == "C":
            text = "\n".join(page.lines[at : at + _FAR])[:LONGEST_CARD]
            if _BRACKETS.search(text) or MARK.search(text):
                return True
    return False


def read_hashcards(page: Page) -> Reading:
    """The cards of a page, and what is wrong with others."""
    return sorted_out(_cards(list(_parts(page))))


def _parts(page: Page) -> Iterator[_Part]:
    part, said, deck = _Part("", 0), Said(), ""
    for at in range(page.begin, len(page.lines)):
        line, number = page.lines[at], at + 1
        if page.open is not None and at >= page.open:
            break
        if at in page.code:
            part.lines.append(line)
            continue
        remark = _REMARK.fullmatch(line) if "<!--" in line else None
        start = STARTS.match(line)
        if remark or start or line.rstrip() == DIVIDER:
            yield part
            part = _Part("", number)
            if remark and remark[1]:
                deck = " ".join(remark[2].split())
            elif remark:
                said = _said(remark[2])
            elif start:
                part = _Part(start[1], number, [line[2:].strip()], said, deck)
                said = Said()
        elif at not in page.remarks:
            part.lines.append(ESCAPED.sub(lambda found: found[0][1:], line, count=1))
    yield part
    if page.open is not None:
        yield _Part("!", page.open + 1)


def _said(words: str) -> Said:
    said = Said()
    for place, each in enumerate(words.split(";")):
        key, colon, value = (piece.strip() for piece in each.partition(":"))
        if key == "tags" and colon:
            tags = tuple(tag.strip() for tag in value.split(",") if tag.strip())
            said = replace(said, tags=tags)
        elif each.strip() == "reversed":
            said = replace(said, reversed=True)
        elif place == 0:
            said = replace(said, name=each.strip())
    return said


def _cards(parts: list[_Part]) -> Iterator[MarkdownCard | Flaw]:
    at = 0
    while at < len(parts):
        part = parts[at]
        following = [each.sign for each in parts[at + 1 : at + 3]]
        at += 1
        if part.sign == "!":
            yield unended(part.line)
        elif part.sign == "A":
            yield Flaw(
                part.line, "an answer has no question", "write Q: and the question before it"
            )
        elif part.sign in ("Q", "C"):
            # A fence without an end in it: half of a card is none.
            if following[:1] == ["!"] or following == ["A", "!"]:
                at += following.index("!")
                continue
            answers = 0
            while at < len(parts) and parts[at].sign == "A":
                answers, at = answers + 1, at + 1
            back = parts[at - 1].text if answers else ""
            if answers > 1:
                yield Flaw(part.line, "the card has two answers", "put both below one A:")
            elif part.sign == "C":
                yield from _cloze(part, back)
            elif not answers:
                yield Flaw(part.line, "the question has no answer", "write A: and the answer below")
            else:
                yield _basic(part, back)


def _basic(part: _Part, back: str) -> MarkdownCard:
    kind = Kind.REVERSED if part.said.reversed else Kind.BASIC
    front, said = unmarked(part.text), part.said
    return MarkdownCard(
        part.line, kind, front, unmarked(back), front, said.name, part.deck, said.tags
    )


def _cloze(part: _Part, back: str) -> Iterator[MarkdownCard | Flaw]:
    text, said = part.text, part.said
    if len(text) > LONGEST_CARD:
        yield Flaw(
            part.line,
            Phrase("it is longer than {longest_card} characters", longest_card=LONGEST_CARD),
            "divide it",
        )
        return
    prose = masked(text)
    gaps = numbered_gaps(text, prose) or list(_brackets(text, prose))
    if not gaps:
        what = "the text has no gap outside of code and math"
        yield Flaw(part.line, what, "put what is to be hidden in [brackets]")
        return
    plain = without_gaps(text, gaps)
    try:
        for place, front in enumerate(clozed(text, gaps), start=1):
            yield MarkdownCard(
                part.line,
                Kind.CLOZE,
                front,
                unmarked(back),
                plain,
                said.name,
                part.deck,
                said.tags,
                place,
            )
    except ValueError as error:
        yield Flaw(part.line, str(error), "write the gap elsewhere")


def _brackets(text: str, prose: str) -> Iterator[Gap]:
    for match in _BRACKETS.finditer(prose):
        link = prose[match.end() : match.end() + 1] == "(" and _ADDRESS.match(prose, match.end())
        if not link and text[slice(*match.span(1))].strip():
            yield Gap(match.start(), match.end(), text[slice(*match.span(1))])
