"""What a search asks for, and which cards answer it.

Owns the query language; leaves which notes may hold a text to the course, and what the schedule
says to `searching`. A query is a list of terms; a card must meet all of them:

    word  "two words"     somewhere in id, topic, tags, either language, code or options
    deck:T  tag:T         of that topic or tag; * stands for anything
    exercise:SLUG         named as used by that exercise; * stands for anything
    is:S                  new, learning, review, due, suspended, buried, leech, flagged or orphan
    due:N                 comes up within N days, today being 0
    flag:N                flagged so, 1 to 7; 0 for cards without a flag
    rated:N  rated:N:R    answered in the last N days, today being 1; with the rating R
    introduced:N          answered for the first time in the last N days
    prop:NAME<VALUE       stability, difficulty, retrievability, lapses, reps, interval or due; with
                          < <= > >= = or !=; days, and chances from 0 to 1
    -term                 not that

Upper and lower case are the same, and so are Chinese and Western quotation marks and colons. What
begins with another word and a colon is a word like any.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Container, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import chain

from quizapp.domain.cards import Card, text_of
from quizapp.domain.course import Course
from quizapp.domain.memory import FLAGS, Rating
from quizapp.engine.columns import PROPERTIES, SHORT, Sort
from quizapp.engine.names import did_you_mean
from quizapp.errors import UsageError

_FIELDS = ("deck", "tag", "exercise", "is", "due", "flag", "rated", "introduced", "prop")
_TERM = re.compile(
    rf'(-?)(?:({"|".join(_FIELDS)})[:：])?(?:"([^"]*)"|(\S+))',
    re.IGNORECASE,
)
_QUOTES = str.maketrans("“”「」", '""""')
_COMPARISON = re.compile(r"([a-z]+)(<=|>=|!=|<|>|=)(-?\d{1,9}(?:\.\d{1,9})?)(%?)")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
_WILD = re.compile(r"[*?]|\[[^\]]*\]?")
_MOST_DAYS = 36_500

STORED_FIELDS = ("is", "due", "flag", "rated", "introduced", "prop")
"""Terms about the schedule or the log, which no card has to be read for."""


class State(StrEnum):
    """What `is:` may be followed by."""

    NEW = "new"
    LEARNING = "learning"
    REVIEW = "review"
    DUE = "due"
    SUSPENDED = "suspended"
    BURIED = "buried"
    LEECH = "leech"
    FLAGGED = "flagged"
    ORPHAN = "orphan"


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a query.

    Attributes:
        field: one of those above, or empty for text.
        value: case-folded.
        negated: whether it must not be met.
    """

    field: str
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a `prop:` term asks."""

    name: Sort
    sign: str
    value: float

    def holds(self, figure: float) -> bool:
        """Whether a card with that figure meets it."""
        return _COMPARE[self.sign](figure, self.value)


class AllBut(Container[str]):
    """All ids but some."""

    def __init__(self, ids: Container[str]) -> None:
        self._ids = ids

    def __contains__(self, item: object) -> bool:
        return item not in self._ids


Lookup = Callable[[str, str], Container[str]]
"""Field and value of a term of `STORED_FIELDS` -> ids of the cards that meet it."""


def parse(query: str) -> tuple[Term, ...]:
    """The terms of a query.

    Raises:
        UsageError: a state, flag, property or number of days is none.
    """
    terms = []
    for negated, field, quoted, word in _TERM.findall(query.translate(_QUOTES)):
        term = Term(field.lower(), (quoted or word).casefold(), negated == "-")
        if term.field:
            _check(term)
        if term.value:
            terms.append(term)
    return tuple(terms)


def _check(term: Term) -> None:
    """Refuse a term whose value makes no sense; whether a deck exists is seen later."""
    shown = f"{term.field}:{term.value}"
    if term.field == "is" and term.value not in list(State):
        remedy = did_you_mean(term.value, State) or f"write one of {', '.join(State)}"
        raise UsageError(shown, "there is no such state", remedy)
    if term.field in ("due", "introduced") and not _is_days(term.value):
        remedy = "write due:7, say; today is 0" if term.field == "due" else "write introduced:7"
        raise UsageError(shown, "that is no number of days", remedy)
    if term.field == "flag" and not (_is_days(term.value) and int(term.value) in FLAGS):
        raise UsageError(shown, "there is no such flag", "write flag:1 to flag:7; flag:0 is none")
    if term.field == "rated":
        rated(term.value)
    if term.field == "prop":
        comparison(term.value)


def _is_days(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= _MOST_DAYS


def rated(value: str) -> tuple[int, Rating | None]:
    """Days, and rating or None for any, of a `rated:` term.

    Raises:
        UsageError: it makes no sense.
    """
    days, _, rating = value.partition(":")
    ratings = {"": None} | {each.name.lower(): each for each in Rating}
    ratings |= {str(each.value): each for each in Rating}
    if not _is_days(days) or rating not in ratings:
        raise UsageError(
            f"rated:{value}", "that is no number of days", "write rated:7, or rated:7:again"
        )
    return int(days), ratings[rating]


def comparison(value: str) -> Comparison:
    """What a `prop:` term asks.

    Raises:
        UsageError: it makes no sense.
    """
    match = _COMPARISON.fullmatch(value)
    if match is None:
        raise UsageError(
            f"prop:{value}", "that is no comparison", "write prop:stability>10, say, with no blank"
        )
    name, sign, number, percent = match.groups()
    name = SHORT.get(name, name)
    if name not in PROPERTIES:
        remedy = did_you_mean(name, PROPERTIES) or f"write one of {', '.join(PROPERTIES)}"
        raise UsageError(f"prop:{value}", "there is no such property", remedy)
    return Comparison(Sort(name), sign, float(number) / (100 if percent else 1))


def find(course: Course, query: str, topics: Collection[str], items_in: Lookup) -> Iterator[Card]:
    """The cards that meet a query, in the course's order; a card is read when it may.

    Args:
        course: whose cards.
        query: as described above.
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


def asks_for_orphans(query: str) -> bool:
    """Whether a query is about cards that the course no longer has."""
    return Term("is", State.ORPHAN) in parse(query)


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
