"""What a search asks for, and which cards answer it.

Owns the query language; leaves which notes may hold a text to the course, and who is due to the
store. A query is a list of terms; a card must meet all of them:

    word  "two words"   somewhere in id, topic, tags, either language, code or options
    deck:T  tag:T       of that topic or tag; * stands for anything
    is:S                new, learning, due, suspended, buried or leech
    due:N               comes up within N days, today being 0
    -term               not that

Upper and lower case are the same. What begins with another word and a colon is a word like any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import chain

from quizapp.domain.cards import Card, text_of
from quizapp.domain.course import Course
from quizapp.engine.names import did_you_mean
from quizapp.errors import UsageError

_TERM = re.compile(r'(-?)(?:(deck|tag|is|due):)?(?:"([^"]*)"|(\S+))', re.IGNORECASE)
_MOST_DAYS = 36_500


class State(StrEnum):
    """What `is:` may be followed by."""

    NEW = "new"
    LEARNING = "learning"
    DUE = "due"
    SUSPENDED = "suspended"
    BURIED = "buried"
    LEECH = "leech"


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a query.

    Attributes:
        field: deck, tag, is, due, or empty for text.
        value: case-folded.
        negated: whether it must not be met.
    """

    field: str
    value: str
    negated: bool = False


def parse(query: str) -> tuple[Term, ...]:
    """The terms of a query.

    Raises:
        UsageError: a state is unknown, or a number of days is none.
    """
    terms = []
    for negated, field, quoted, word in _TERM.findall(query):
        term = Term(field.lower(), (quoted or word).casefold(), negated == "-")
        if term.field == "is" and term.value not in list(State):
            remedy = did_you_mean(term.value, State) or f"write one of {', '.join(State)}"
            raise UsageError(f"is:{term.value}", "there is no such state", remedy)
        if term.field == "due" and not _is_days(term.value):
            raise UsageError(
                f"due:{term.value}", "that is no number of days", "write due:7, say; today is 0"
            )
        if term.value:
            terms.append(term)
    return tuple(terms)


def _is_days(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) <= _MOST_DAYS


def find(
    course: Course,
    query: str,
    topics: Collection[str],
    items_in: Callable[[str, str], Collection[str]],
) -> Iterator[Card]:
    """The cards that meet a query, in the course's order; a card is read when it may.

    Args:
        course: whose cards.
        query: as described above.
        topics: only of these; all when empty.
        items_in: field and value of an `is:` or `due:` term -> ids of the cards that meet it; of
            `is:new`, of those that do not.

    Raises:
        UsageError: the query makes no sense, or names no deck of the course.
    """
    terms = parse(query)
    wanted = _topics(course, [term for term in terms if term.field == "deck"], topics)
    states = [
        (set(items_in(term.field, term.value)), term.negated != (term.value == State.NEW))
        for term in terms
        if term.field in ("is", "due")
    ]
    tags = [(term.value, term.negated) for term in terms if term.field == "tag"]
    texts = [term for term in terms if not term.field]
    positive = [term.value for term in texts if not term.negated]
    ids = _candidates(course, positive, wanted)
    for card_id in ids:
        if any((card_id in known) is negated for known, negated in states):
            continue
        card = course.cards[card_id]
        if _has_tags(card, tags) and _holds(card, texts):
            yield card


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


def _has_tags(card: Card, tags: Sequence[tuple[str, bool]]) -> bool:
    if not tags:
        return True
    own = [tag.casefold() for tag in card.note.tags]
    return all(any(fnmatchcase(tag, name) for tag in own) is not no for name, no in tags)


def _holds(card: Card, texts: Sequence[Term]) -> bool:
    if not texts:
        return True
    text = f"{card.id}\n{text_of(card.note)}"
    return all((term.value in text) is not term.negated for term in texts)
