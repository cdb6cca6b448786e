"""A course as data. Owns the lookups across decks and exercises; leaves reading to `course`."""

# Without deferred annotations: a named tuple would compile each of its own, 10 microseconds apiece.

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from quizapp.domain.cards import Card, CardKey, Deck
from quizapp.domain.text import Text
from quizapp.errors import CourseError

if TYPE_CHECKING:
    from quizapp.domain.exercises import Exercise

_UNTITLED = Text("", "")


class Course(NamedTuple):
    """A whole course.

    Attributes:
        root: the folder that holds `course.yaml`.
        title: the English title.
        decks: in the order of topics that `course.yaml` gives.
        cards: card id -> card, in deck order; a card may be read only when it is asked for.
        aliases: former card id -> today's card id.
        exercises: slug -> exercise, in the order of topics; read when asked for, which may raise
            CourseError. Iterating, `len` and `in` read nothing.
        titles: the title in both languages.
        topics: in the order of `course.yaml`; a topic may have a deck, exercises or both. The
            learner's own decks come last.
        candidates: case-folded words and topics -> ids of all cards that hold the words, in order,
            and of some that do not; of all topics when none is given. None where nothing is known
            without reading every card.
        left_out: what is wrong with the learner's own decks that are left out.
        lookup: ids -> keys of those cards that there are, in the same order, without reading a
            note; None where that is not known.
        prepare: gets ready for `candidates`, which else does it when it is first asked, and tells
            how many decks are done, of how many; None where there is nothing to do.
        changed: gives the ids of the cards whose author has raised their note's `rev`, with it,
            without reading a note; None where that is not known.
        twins: gives groups of notes that ask the same; None where that is not known.
    """

    root: str
    title: str
    decks: Sequence[Deck]
    cards: Mapping[str, Card]
    aliases: Mapping[str, str]
    exercises: Mapping[str, "Exercise"]
    titles: Text = _UNTITLED
    topics: tuple[str, ...] = ()
    left_out: tuple[CourseError, ...] = ()
    candidates: Callable[[Sequence[str], Collection[str]], Iterator[str]] | None = None
    lookup: Callable[[Iterable[str]], dict[str, CardKey]] | None = None
    prepare: Callable[[Callable[[int, int], None]], None] | None = None
    changed: Callable[[], dict[str, int]] | None = None
    twins: Callable[[], list[list[str]]] | None = None

    def keys_of(self, card_ids: Iterable[str]) -> dict[str, CardKey]:
        """Id -> key of those cards that the course has, in the order of the ids."""
        if self.lookup is not None:
            return self.lookup(card_ids)
        found = ((card_id, self.cards.get(card_id)) for card_id in card_ids)
        return {
            card_id: CardKey(card_id, card.note.id, card.note.topic)
            for card_id, card in found
            if card is not None
        }
