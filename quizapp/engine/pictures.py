"""Use-cases about the pictures of a card. Owns which root a deck's files must lie in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quizapp.domain.cards import is_own
from quizapp.engine.base import Workplace
from quizapp.errors import Phrase, as_phrase

if TYPE_CHECKING:
    from quizapp.domain.cards import Note


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a card.

    Attributes:
        alt: what it shows, in words; the name of the file where the card does not say.
        path: of the file; None where it cannot be shown.
        problem: why not; empty when it can.
    """

    alt: str
    path: Path | None
    problem: str = ""


class PictureDesk(Workplace):
    """The engine's part about pictures."""

    def pictures(self, note: Note, text: str) -> tuple[Picture, ...]:
        """The pictures that a side of a note names, in order.

        Args:
            note: whose deck the addresses are relative to.
            text: the side, as Markdown.
        """
        if "](" not in text:
            return ()
        from quizapp.course.pictures import picture_file, picture_marks

        deck = self.course_file(note.location.path)
        own = is_own(note.location.path)
        root = self.store.path.parent if own else Path(self.course.root)
        found = []
        for mark in picture_marks(text):
            alt = mark.alt or mark.address.rpartition("/")[2]
            try:
                found.append(Picture(alt, picture_file(deck, mark.address, root)))
            except ValueError as error:
                why = as_phrase(str(error))
                found.append(
                    Picture(alt, None, Phrase("{address}: {why}", address=mark.address, why=why))
                )
        return tuple(found)
