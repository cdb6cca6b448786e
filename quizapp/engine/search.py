"""Which cards answer a query. Leaves what a query says to `query`.

Which notes may hold a text is asked of the course, and what the schedule says of `searching`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import chain

from quizapp.domain.cards import Card, text_of
from quizapp.domain.course import Course
from quizapp.engine.names import did_you_mean
from quizapp.engine.query import STORED_FIELDS, State, Term, parse
from quizapp.errors import UsageError

_WILD = re.compile(r"[*?]|\[[^\]]*\]?")


class AllBut(Container[str]):
    """All ids but some."""

    def __init__(self, ids: Container[str]) -> None:
        self._ids = ids

    def __contains__(self, item: object) -> bool:
        return item not in self._ids


class OfNotes(Container[str]):
    """All ids of cards of some notes."""

    def __init__(self, notes: Container[str]) -> None:
        self._notes = notes

    def __contains__(self, item: object) -> bool:
        return isinstance(item, str) and item.partition("/")[0] in self._notes


Lookup = Callable[[str, str], Container[str]]
"""Field and value of a term of `STORED_FIELDS` -> ids of the cards that meet it."""


def find(course: Course, query: str, topics: Collection[str], items_in: Lookup) -> Iterator[Card]:
    """The cards that meet a query, in the course's order; a card is read when it may.

    Args:
        course: whose cards.
        query: as `query` describes it.
        topics: only of these; all when empty.
        items_in: which cards meet a term about the schedule.

    Raises:
        UsageError: the query makes no sense, or names no deck of the course.
    """
    for card_id in find_ids(course, query, topics, items_in):
        yield course.cards[card_id]


def find_ids(
    course: Course, query: str, topics: Collection[str], items_in: Lookup
) -> Iterator[str]:
    """As `find`, ids only; a card is read only where a text, tag or exercise is asked for."""
    terms = parse(query)
    wanted = _topics(course, [term for term in terms if term.field == "deck"], topics)
    states = [
        (items_in(term.field, term.value), term.negated)
        for term in terms
        if term.field in STORED_FIELDS
    ]
    tags = [(term.value, term.negated) for term in terms if term.field == "tag"]
    uses = [(term.value, term.negated) for term in terms if term.field == "exercise"]
    texts = [term for term in terms if not term.field]
    # The tags are part of the text that is indexed.
    words = [term.value for term in texts if not term.negated]
    words += [piece for tag, negated in tags if not negated for piece in _WILD.split(tag) if piece]
    for card_id in _candidates(course, words, wanted):
        if any((card_id in known) is negated for known, negated in states):
            continue
        if tags or uses or texts:
            card = course.cards[card_id]
            tagged = _meets(card.note.tags, tags) and _meets(card.note.exercises, uses)
            if not (tagged and _holds(card, texts)):
                continue
        yield card_id


def find_orphans(orphans: Sequence[str], query: str, items_in: Lookup) -> Iterator[str]:
    """Those of `orphans`, ids that the course has no card for, that meet a query.

    Nothing is known of them but the id and the schedule; they are of no deck.
    """
    terms = parse(query)
    stored = [term for term in terms if term.field in STORED_FIELDS and term.value != State.ORPHAN]
    states = [(items_in(term.field, term.value), term.negated) for term in stored]
    others = [term for term in terms if term.field in ("deck", "tag", "exercise")]
    if any(not term.negated for term in others):
        return
    for item in orphans:
        met = all((item in known) is not negated for known, negated in states)
        named = all((t.value in item.casefold()) is not t.negated for t in terms if not t.field)
        if met and named:
            yield item


def _topics(course: Course, terms: Sequence[Term], topics: Collection[str]) -> Collection[str]:
    """The topics that are left by `deck:` terms; empty for all."""
    if not terms:
        return topics
    left = list(topics or course.topics)
    for term in terms:
        named = {topic for topic in course.topics if fnmatchcase(topic, term.value)}
        if not named:
            remedy = did_you_mean(term.value, course.topics) or "quizapp due lists the decks"
            raise UsageError(f"deck:{term.value}", "there is no such deck", remedy)
        left = [topic for topic in left if (topic in named) is not term.negated]
    return left or ("",)  # no topic is called that


def _candidates(course: Course, words: Sequence[str], topics: Collection[str]) -> Iterator[str]:
    if words and course.candidates is not None:
        return course.candidates(words, topics)
    decks = [deck for deck in course.decks if not topics or deck.topic in topics]
    return chain.from_iterable(deck.card_ids for deck in decks)


def _meets(names: Sequence[str], patterns: Sequence[tuple[str, bool]]) -> bool:
    """Whether one of `names` matches each pattern, none a negated one."""
    if not patterns:
        return True
    own = [name.casefold() for name in names]
    return all(any(fnmatchcase(each, name) for each in own) is not no for name, no in patterns)


def _holds(card: Card, texts: Sequence[Term]) -> bool:
    if not texts:
        return True
    text = f"{card.id}\n{text_of(card.note)}"
    return all((term.value in text) is not term.negated for term in texts)
