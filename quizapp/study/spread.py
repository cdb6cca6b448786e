"""Keeping like cards apart. Owns who may follow whom; leaves which cards to `queue`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from quizapp.domain.cards import CardKey

_topic_of = attrgetter("topic")


def spread(cards: Iterable[CardKey], after: CardKey | None = None) -> Iterator[CardKey]:
    """The same cards, reordered as little as needed.

    No two cards of one note follow each other unless the note has more than half of what is left of
    its topic; no two of one topic unless the topic has more than half of all that is left. What
    must come early to make that possible, comes early; apart from that the order is kept.

    Each card costs a look at all that are left, so whoever wants the first one pays for that alone.

    Args:
        cards: in the wanted order.
        after: the card asked just before them.
    """
    left = list(cards)
    last = after
    while left:
        last = left.pop(_first(left, last))
        yield last


def _first(left: Sequence[CardKey], last: CardKey | None) -> int:
    """The place of the card that follows `last`."""
    topics = list(map(_topic_of, left))
    topic = _whose_turn(topics, last.topic if last else None)
    places = [place for place, name in enumerate(topics) if name == topic]
    if len(places) == 1:
        return places[0]
    notes = [left[place].note for place in places]
    return places[notes.index(_whose_turn(notes, last.note if last else None))]


def _whose_turn(names: Sequence[str], avoid: str | None) -> str:
    """Who comes next: first who has more than half, then whoever is first, but not `avoid`."""
    counts = Counter(names)
    name = max(counts, key=counts.__getitem__)
    if 2 * counts[name] > len(names) and name != avoid:
        return name
    return next((name for name in names if name != avoid), names[0])
