"""Where a card's fact is from. Owns the order of the source panel."""

from __future__ import annotations

from textual.content import Content

from quizapp.domain.cards import Card
from quizapp.tui.text.markdown import Block, code_block
from quizapp.tui.words import say


def details(card: Card) -> list[Block]:
    """Source, id, tags, exercises and proof of `card`."""
    note = card.note
    rows = [
        (say("source"), note.source),
        (say("card"), card.id),
        (say("file"), f"{note.location.path}:{note.location.line}"),
        (say("tags"), ", ".join(note.tags)),
        (say("used in"), ", ".join(note.exercises)),
    ]
    width = max(Content(label).cell_length for label, _ in rows) + 2
    shown: list[Block] = []
    for label, text in rows:
        if text:
            head = Content(label).stylize("$quiet")
            head = head.pad_right(width - head.cell_length)
            shown.append(Block(Content(text), first=head, gap=0))
    if note.proof:
        shown.append(Block(Content(say("proof")).stylize("$quiet")))
        shown.append(code_block(note.proof, gap=0))
    else:
        shown.append(
            Block(Content(say("no proof: nothing here can be run")).stylize("$quiet"), gap=0)
        )
    return shown
