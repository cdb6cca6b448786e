"""How a card that is being written will look. Owns the order of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.content import Content

from quizapp.tui.text.markdown import Block, blocks
from quizapp.tui.text.safe import escaped
from quizapp.tui.words import clauses, say

if TYPE_CHECKING:
    from quizapp.engine.making import Drafted, Face, Flaw
    from quizapp.engine.types import Expected

_RULE = 12


def faces(shown: Drafted, worked_out: Expected | None = None) -> Iterator[Block]:
    """Each card as a session shows it: front, a rule, what comes after the answer.

    Args:
        shown: the draft.
        worked_out: what running it gave; None where that was not tried.
    """
    if shown.drawn:
        values = "   ".join(f"{name} = {value!r}" for name, value in shown.drawn.items())
        yield Block(Content(f"{say('drawn')}  {escaped(values)}").stylize("$quiet"))
    for number, face in enumerate(shown.faces, start=1):
        if len(shown.faces) > 1:
            place = say("Card {n} of {m}", n=number, m=len(shown.faces))
            yield Block(Content(place).stylize("bold $text-primary"))
        yield from blocks(face.front)
        for index, (text, right) in enumerate(face.options, start=1):
            mark = ("✓ ", "bold $text-success") if right else ("□ ", "$quiet")
            first = Content.assemble((f"{index} ", "$quiet"), mark)
            yield Block(Content(escaped(text)), first=first, gap=1 if index == 1 else 0)
        yield Block(Content("─" * _RULE).stylize("$faint"))
        yield from _answer(face, worked_out)
        yield from blocks(face.back)


def _answer(face: Face, worked_out: Expected | None) -> Iterator[Block]:
    """What is expected, as far as it is known."""
    if worked_out is not None and worked_out.error:
        first = Content("✗ ").stylize("bold $text-error")
        yield Block(Content(escaped(worked_out.error)), first=first)
        return
    if face.runs and worked_out is None:
        told = say("It is run when the card is asked; F5 runs it now.")
        yield Block(Content(told).stylize("$quiet"))
    answer = worked_out.text if worked_out else face.answer
    if answer:
        label = Content(f"{say('expected')}  ").stylize("$quiet")
        yield Block(Content(escaped(answer)).stylize("bold"), first=label)


def flaws(found: tuple[Flaw, ...]) -> Iterator[Block]:
    """What is still wrong, each with what to do."""
    for flaw in found:
        first = Content("✗ ").stylize("bold $text-error")
        yield Block(Content(escaped(clauses(flaw.what, remedy(flaw)))), first=first, gap=0)


def remedy(flaw: Flaw) -> str:
    """What to do about a flaw in the form; it has its own way to write options."""
    if flaw.key == "options":
        return say("three to five, one a line, `* ` before those that are right")
    return flaw.remedy
