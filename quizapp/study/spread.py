"""Keeping like cards apart. Owns who may follow whom; leaves which cards to `queue`."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence

from quizapp.domain.cards import Card


def spread(cards: Sequence[Card], after: Card | None = None) -> list[Card]:
    """The same cards, reordered as little as needed.

    No two cards of one note follow each other unless the note has more than half of what is left of
    its topic; no two of one topic unless the topic has more than half of all that is left. What
    must come early to make that possible, comes early; apart from that the order is kept.

    Args:
        cards: in the wanted order.
        after: the card asked just before them.
    """
    piles: dict[str, _Pile] = {}
    for position, card in enumerate(cards):
        piles.setdefault(card.note.topic, _Pile()).put(position, card)
    result: list[Card] = []
    last = after
    for left in range(len(cards), 0, -1):
        pile = piles[_next_topic(piles, left, last.note.topic if last else None)]
        last = pile.take(last.note.id if last else None)
        result.append(last)
    return result


class _Pile:
    """The cards of one topic that are left, first wanted first."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, Card]] = []
        self._by_note: Counter[str] = Counter()
        self._most_siblings = 0

    def __len__(self) -> int:
        return len(self._heap)

    def put(self, position: int, card: Card) -> None:
        """Add a card; positions must rise."""
        self._heap.append((position, card))
        self._by_note[card.note.id] += 1
        self._most_siblings = max(self._most_siblings, self._by_note[card.note.id])

    def first(self) -> int:
        """Position of the card that is wanted first."""
        return self._heap[0][0]

    def take(self, avoid: str | None) -> Card:
        """Remove and return the next card, not one of note `avoid` where it can be helped."""
        wanted = None
        if 2 * self._most_siblings > len(self):  # else looking would only cost time
            wanted = _pressing(self._by_note.items(), len(self))
        if wanted == avoid:
            wanted = None
        passed: list[tuple[int, Card]] = []
        found: tuple[int, Card] | None = None
        while self._heap and found is None:
            entry = heapq.heappop(self._heap)
            note = entry[1].note.id
            if note == wanted or (wanted is None and note != avoid):
                found = entry
            else:
                passed.append(entry)
        if found is None:  # only siblings of the last card are left
            found = passed.pop(0)
        for entry in passed:
            heapq.heappush(self._heap, entry)
        self._by_note[found[1].note.id] -= 1
        return found[1]


def _next_topic(piles: dict[str, _Pile], left: int, avoid: str | None) -> str:
    filled = {topic: pile for topic, pile in piles.items() if pile}
    pressing = _pressing(((topic, len(pile)) for topic, pile in filled.items()), left)
    if pressing is not None and pressing != avoid:
        return pressing
    others = [topic for topic in filled if topic != avoid] or list(filled)
    return min(others, key=lambda topic: filled[topic].first())


def _pressing(counts: Iterable[tuple[str, int]], left: int) -> str | None:
    """Who has more than half of what is left, and so must be taken at every second turn."""
    return next((name for name, count in counts if 2 * count > left), None)
