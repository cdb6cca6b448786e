"""Keeping like cards apart. Owns who may follow whom; leaves which cards to `queue`."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping

from quizapp.domain.cards import CardKey


def spread(cards: Iterable[CardKey], after: CardKey | None = None) -> Iterator[CardKey]:
    """The same cards, reordered as little as needed.

    No two cards of one note follow each other unless the note has more than half of what is left of
    its topic; no two of one topic unless the topic has more than half of all that is left. What
    must come early to make that possible, comes early; apart from that the order is kept.

    Whoever wants the first card only pays for that one.

    Args:
        cards: in the wanted order.
        after: the card asked just before them.
    """
    piles = _Piles()
    for position, card in enumerate(cards):
        piles.put(position, card)
    last = after
    while piles.left:
        last = piles.take(last)
        yield last


class _Piles:
    """All cards that are left, a pile for each topic."""

    __slots__ = ("_first", "_largest", "_piles", "left")

    def __init__(self) -> None:
        self.left = 0
        self._piles: dict[str, _Pile] = {}
        self._first: list[tuple[int, str]] = []
        """Heap of the first position of each pile; some entries are out of date."""
        self._largest = 0
        """No pile is larger."""

    def put(self, position: int, card: CardKey) -> None:
        """Add a card; positions must rise."""
        pile = self._piles.get(card.topic)
        if pile is None:
            pile = self._piles[card.topic] = _Pile()
            self._first.append((position, card.topic))  # they rise, so it is a heap
        pile.put(position, card)
        self.left += 1
        self._largest = max(self._largest, len(pile))

    def take(self, last: CardKey | None) -> CardKey:
        """Remove and return the next card."""
        avoid = last.topic if last else None
        topic = self._pressing()
        if topic is None or topic == avoid:
            topic = self._earliest(avoid)
        pile = self._piles[topic]
        card = pile.take(last.note if last else None)
        self.left -= 1
        if pile:
            heapq.heappush(self._first, (pile.first(), topic))
        else:
            del self._piles[topic]
        return card

    def _pressing(self) -> str | None:
        if 2 * self._largest <= self.left:
            return None
        sizes = {topic: len(pile) for topic, pile in self._piles.items()}
        self._largest = max(sizes.values())
        return _pressing(sizes, self.left)

    def _earliest(self, avoid: str | None) -> str:
        """The topic whose first card is wanted first; `avoid` only where there is no other."""
        kept = None
        while self._first:
            entry = heapq.heappop(self._first)
            position, topic = entry
            pile = self._piles.get(topic)
            if pile is None or pile.first() != position:
                continue
            if topic != avoid:
                if kept is not None:
                    heapq.heappush(self._first, kept)
                return topic
            kept = entry
        assert kept is not None, "a pile that is left is in the heap"
        return kept[1]


class _Pile:
    """The cards of one topic that are left, first wanted first."""

    __slots__ = ("_by_note", "_heap", "_most_siblings")

    def __init__(self) -> None:
        self._heap: list[tuple[int, CardKey]] = []
        self._by_note: dict[str, int] = {}
        self._most_siblings = 0
        """No note has more."""

    def __len__(self) -> int:
        return len(self._heap)

    def put(self, position: int, card: CardKey) -> None:
        """Add a card; positions must rise."""
        self._heap.append((position, card))
        siblings = self._by_note[card.note] = self._by_note.get(card.note, 0) + 1
        self._most_siblings = max(self._most_siblings, siblings)

    def first(self) -> int:
        """Position of the card that is wanted first."""
        return self._heap[0][0]

    def take(self, avoid: str | None) -> CardKey:
        """Remove and return the next card, not one of note `avoid` where it can be helped."""
        wanted = self._pressing()
        if wanted == avoid:
            wanted = None
        passed: list[tuple[int, CardKey]] = []
        found: tuple[int, CardKey] | None = None
        while self._heap and found is None:
            entry = heapq.heappop(self._heap)
            note = entry[1].note
            if note == wanted or (wanted is None and note != avoid):
                found = entry
            else:
                passed.append(entry)
        if found is None:  # only siblings of the last card are left
            found = passed.pop(0)
        for entry in passed:
            heapq.heappush(self._heap, entry)
        self._by_note[found[1].note] -= 1
        return found[1]

    def _pressing(self) -> str | None:
        if 2 * self._most_siblings <= len(self):
            return None
        self._most_siblings = max(self._by_note.values())
        return _pressing(self._by_note, len(self))


def _pressing(counts: Mapping[str, int], left: int) -> str | None:
    """Who has more than half of what is left, and so must be taken at every second turn."""
    return next((name for name, count in counts.items() if 2 * count > left), None)
