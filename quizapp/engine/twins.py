"""Use-cases about cards that ask the same as one that is being written. Owns finding them.

Leaves what counts as the same to `course.fronts`, and finding all of them to `searching`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from quizapp.engine.own import OwnDesk


class TwinDesk(OwnDesk):
    """The engine's part about cards with the same front."""

    def twins(self, front: str, besides: str = "") -> tuple[str, ...]:
        """Ids of cards whose front is `front`, but for blanks, capitals and Markdown's marks.

        Args:
            front: of a note, as it is written.
            besides: id of a note that does not count.
        """
        from quizapp.course.fronts import folded

        wanted = folded(front)
        if not wanted:
            return ()
        longest = max(re.findall(r"\w+", wanted), key=len, default=wanted)
        found: dict[str, str] = {}
        for card_id in self._perhaps_holding(longest):
            note_id = card_id.partition("/")[0]
            if note_id in found or note_id == besides:
                continue
            note = self.course.cards[card_id].note
            if note.code is None and wanted in (folded(note.front.en), folded(note.front.zh)):
                found[note_id] = card_id
        return tuple(found.values())

    def _perhaps_holding(self, word: str) -> Iterator[str]:
        """Ids of all cards whose front may hold a word, and of others; no deck is read in vain."""
        lacking = set()
        for deck in self.own_decks():
            with contextlib.suppress(OSError, UnicodeDecodeError):
                if word not in deck.path.read_text("utf-8").casefold():
                    lacking.add(deck.topic)
        topics = [deck.topic for deck in self.course.decks if deck.topic not in lacking]
        if self.course.candidates is not None:
            return self.course.candidates([word], topics or ("",))
        return (
            card for deck in self.course.decks if deck.topic in topics for card in deck.card_ids
        )
