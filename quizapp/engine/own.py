"""The learner's own decks and notes, as the engine finds them. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from quizapp.course.own import FOLDER
from quizapp.domain.cards import Note, is_own
from quizapp.domain.text import Text
from quizapp.engine.base import Workplace
from quizapp.errors import Phrase, UsageError


@dataclass(frozen=True, slots=True)
class OwnDeck:
    """A deck of the learner's own."""

    topic: str
    title: Text
    path: Path


class OwnDesk(Workplace):
    """The engine's part about which cards are the learner's own."""

    def own_decks(self) -> tuple[OwnDeck, ...]:
        """The learner's own decks that are studied."""
        folder, out = self._own_folder(), {error.path for error in self.course.left_out}
        found = ((deck, folder / f"{deck.topic}.yaml") for deck in self.course.decks)
        return tuple(
            OwnDeck(deck.topic, deck.title, path)
            for deck, path in found
            if path not in out and path.exists()
        )

    def is_own(self, note: Note) -> bool:
        """Whether a note stands in a deck of the learner's own."""
        return is_own(note.location.path)

    def _own_folder(self) -> Path:
        return self.store.path.parent.absolute() / FOLDER

    def _own_note(self, note_id: str) -> Note:
        for card_id in (note_id, f"{note_id}/c1", f"{note_id}/reversed"):
            if card_id in self.course.cards:
                note = self.course.cards[card_id].note
                break
        else:
            note = self.card(note_id).note
        if not self.is_own(note):
            what = "it is a card of the course, not one of your own"
            raise UsageError(
                note_id,
                what,
                Phrase("edit {path}:{line}", path=note.location.path, line=note.location.line),
            )
        return note
