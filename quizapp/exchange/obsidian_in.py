"""Cards written as Obsidian's plugin "Spaced Repetition" reads them. Owns that dialect.

`front::back`, `front:::back` for both directions, `?` and `??` on lines of their own between the
lines of two sides, and paragraphs with gaps. A blank line ends a card. `#flashcards/name` says to
which deck the cards after it belong. When a card comes back, the plugin writes in a comment; that
is told and not read: there are no answers behind it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
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

GAPS = {
    "highlight": r"(?<!=)==(?![=\s])(?P<highlight>(?:[^=\n]|=(?!=))+?)(?<![=\s])==(?!=)",
    "bold": r"(?<!\*)\*\*(?![*\s])(?P<bold>(?:[^*\n]|\*(?!\*))+?)(?<![*\s])\*\*(?!\*)",
    "curly": r"(?<!\{)\{\{(?!c\d+:)(?P<curly>[^{}\n]+)\}\}(?!\})",
}
"""What can mark a gap -> how it is found where code and math are masked."""

_BEHIND = re.compile(r"(?:\^\[([^\[\]\n]*)\])?(?:\[\^(\d{1,4})\])?")
_TAG = re.compile(r"(?<!\S)#flashcards?(?:/([\w/-]+))?(?![\w/-])", re.IGNORECASE)
_DIVIDE = re.compile(r"(?<!:)(:::?)(?!:)")
_LEAD = re.compile(r"(?:\s*>)*\s*(?:(?:[-*+]|\d{1,9}[.)])\s+(?:\[.\]\s+)?|#{1,6}\s+)?")
_SCHEDULE = re.compile(r"<!--\s*SR:[^>]*-->")
_NAME = re.compile(r"\s\^([A-Za-z0-9-]{1,64})$")


@dataclass(slots=True)
class _Block:
    """Lines of a paragraph, until it is told what they are.

    Attributes:
        line: of its first one, from 1.
        divider: index in `lines` of the `?` or `??`; None without.
        deck: that its first line alone says; empty for none.
        code: indices in `lines` of those of code blocks.
    """

    line: int = 0
    lines: list[str] = field(default_factory=list)
    code: set[int] = field(default_factory=set)
    divider: int | None = None
    deck: str = ""


class _Reader:
    """Reads one page; what a line means depends on those before it."""

    def __init__(self, page: Page, gaps: Collection[str]) -> None:
        self._page = page
        self._marks = re.compile("|".join(GAPS[name] for name in GAPS if name in gaps) or r"(?!)")
        self._deck = ""
        self._block = _Block()
        self._found: list[MarkdownCard | Flaw] = []
        self.tagged = any(_TAG.fullmatch(f"#{tag}") for tag in page.tags)
        for tag in page.tags:
            if (match := _TAG.fullmatch(f"#{tag}")) and match[1]:
                self._deck = _deck(match[1])

    def read(self) -> list[MarkdownCard | Flaw]:
        page = self._page
        for at in range(page.begin, len(page.lines)):
            line = page.lines[at]
            if page.open is not None and at >= page.open:
                self._block = _Block()  # half of a card is none
                self._found.append(unended(at + 1))
                break
            if at in page.code:
                self._block.code.add(len(self._block.lines))
                self._put(at, line)
            elif _SCHEDULE.search(line):
                self._scheduled(at, line)
            elif at in page.remarks:
                continue
            elif not line.strip():
                self._flush()
            else:
                self._line(at, line)
        self._flush()
        return self._found

    def _line(self, at: int, line: str) -> None:
        block = self._block
        own = ""
        if "#flash" in line.lower():
            line, own = self._tags(line)
            if not line.strip():
                return
        if line.strip() in ("?", "??") and block.divider is None:
            if block.lines:
                block.divider = len(block.lines)
                self._put(at, line.strip())
            else:
                self._flaw(at, "there is no question before this line", "write it, without a blank")
            return
        if "::" in line and block.divider is None:
            if len(line) > LONGEST_CARD:
                self._flush()
                self._flaw(at, f"the line is longer than {LONGEST_CARD} characters", "divide it")
                return
            prose = MARK.sub(lambda match: "\0" * len(match[0]), masked(line))
            if divide := _DIVIDE.search(prose):
                self._flush()
                self._inline(at, line, divide.span(1), own)
                return
        self._put(at, line)
        block.deck = block.deck or own

    def _tags(self, line: str) -> tuple[str, str]:
        """The line without its tags, and the deck that it says for its own card alone."""
        found = list(_TAG.finditer(masked(line)))
        if not found:
            return line, ""
        self.tagged = True
        deck = next((_deck(match[1]) for match in found if match[1]), "")
        rest = _TAG.sub("", line)
        bare = not _LEAD.sub("", rest, count=1).strip() or line.lstrip().startswith("# ")
        if found[0].start() == 0 and not bare:
            return rest.strip(), deck
        self._deck = deck
        return rest.rstrip(), ""

    def _put(self, at: int, line: str) -> None:
        if not self._block.lines:
            self._block.line = at + 1
        self._block.lines.append(line)

    def _scheduled(self, at: int, line: str) -> None:
        """A comment that says when the card before it, or on its line, comes back."""
        rest = _SCHEDULE.sub("", line)
        if rest.strip():
            before = len(self._found)
            self._line(at, rest.rstrip())
            if len(self._found) > before:
                self._mark_scheduled()
                return
        if self._block.lines:
            self._flush(scheduled=True)
        else:
            self._mark_scheduled()

    def _mark_scheduled(self) -> None:
        if self._found and isinstance(last := self._found[-1], MarkdownCard):
            self._found[-1] = replace(last, scheduled=True)

    def _inline(self, at: int, line: str, divide: tuple[int, int], own: str) -> None:
        start, end = divide
        front, back = _LEAD.sub("", line[:start], count=1).strip(), line[end:].strip()
        back, name = self._named(back)
        if not front or not back:
            side = "answer" if front else "question"
            self._flaw(at, f"the card has no {side}", "write it beside the colons")
            return
        kind = Kind.REVERSED if end - start == 3 else Kind.BASIC
        front, back = unmarked(front), unmarked(back)
        deck = own or self._deck
        self._found.append(MarkdownCard(at + 1, kind, front, back, front, name, deck))

    def _flush(self, *, scheduled: bool = False) -> None:
        """The paragraph has ended: what was it?"""
        block, self._block = self._block, _Block()
        deck = block.deck or self._deck
        if block.divider is not None:
            front = "\n".join(block.lines[: block.divider]).strip()
            back, name = self._named(
                "\n".join(block.lines[block.divider + 1 :]).strip("\n").rstrip()
            )
            if not back.strip():
                at = block.line + block.divider - 1
                self._flaw(at, "there is no answer below this line", "write it, without a blank")
                return
            kind = Kind.REVERSED if block.lines[block.divider] == "??" else Kind.BASIC
            front, back = unmarked(front), unmarked(back.strip())
            self._found.append(
                MarkdownCard(block.line, kind, front, back, front, name, deck, scheduled=scheduled)
            )
        elif block.lines:
            self._cloze(block, deck, scheduled)

    def _cloze(self, block: _Block, deck: str, scheduled: bool) -> None:
        text, name = self._named("\n".join(block.lines).rstrip())
        if len(text) > LONGEST_CARD:
            if "==" in text or "{{" in text:
                what = Phrase(
                    "the paragraph is longer than {longest_card} characters",
                    longest_card=LONGEST_CARD,
                )
                self._found.append(Flaw(block.line, what, "divide it"))
            return
        prose = "\n".join(
            "\0" * len(line) if place in block.code else line
            for place, line in enumerate(masked(text).split("\n"))
        )
        gaps, end = list[Gap](), 0
        found = (*numbered_gaps(text, prose), *self._gaps(text, prose))
        for gap in sorted(found, key=lambda gap: gap.start):
            if gap.start >= end:
                gaps.append(gap)
                end = gap.end
        if not gaps:
            return
        said = without_gaps(text, gaps)
        try:
            for part, front in enumerate(clozed(text, gaps), start=1):
                card = MarkdownCard(
                    block.line, Kind.CLOZE, front.strip(), "", said, name, deck, (), part, scheduled
                )
                self._found.append(card)
        except ValueError as error:
            self._found.append(Flaw(block.line, str(error), "write the gap elsewhere"))

    def _gaps(self, text: str, prose: str) -> Iterator[Gap]:
        for match in self._marks.finditer(prose):
            kind = match.lastgroup or ""
            hidden = text[slice(*match.span(kind))]
            behind = _BEHIND.match(prose, match.end())
            assert behind is not None, "it may be empty"
            hint = text[slice(*behind.span(1))] if behind[1] else ""
            number = int(behind[2]) if behind[2] else None
            if hidden.strip():
                yield Gap(match.start(), behind.end(), hidden, hint, number)

    def _named(self, text: str) -> tuple[str, str]:
        """A text without the name of its block, and that name, which counts in its page."""
        found = _NAME.search(text)
        if found is None:
            return text, ""
        return text[: found.start()].rstrip(), f"{self._page.name}^{found[1]}"

    def _flaw(self, at: int, what: str, remedy: str) -> None:
        self._found.append(Flaw(at + 1, what, remedy))


def read_obsidian(page: Page, gaps: Collection[str]) -> Reading:
    """The cards of a page, and what is wrong with others.

    Args:
        page: the file.
        gaps: which of `GAPS` mark a gap; `{{c1::hidden}}` always does.
    """
    reader = _Reader(page, gaps)
    return sorted_out(reader.read(), reader.tagged)


def _deck(tag: str) -> str:
    return " / ".join(part for part in tag.split("/") if part)
