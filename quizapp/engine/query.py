"""What a search asks for. Owns the query language; leaves which cards answer it to `search`.

A query is a list of terms; a card must meet all of them:

    word  "two words"     somewhere in id, topic, tags, either language, code or options
    deck:T  tag:T         of that topic or tag; * stands for anything
    exercise:SLUG         named as used by that exercise; * stands for anything
    is:S                  new, learning, review, due, suspended, buried, leech, flagged, orphan,
                          or duplicate: another card asks the same
    dupe:CARD             asks the same as that card, which is among them
    saved:NAME            meets the search that was saved under that name
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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from quizapp.domain.memory import FLAGS, Rating
from quizapp.engine.columns import PROPERTIES, SHORT, Sort
from quizapp.engine.names import did_you_mean
from quizapp.errors import Phrase, UsageError

STORED_FIELDS = ("is", "due", "flag", "rated", "introduced", "prop", "dupe", "saved")
"""Terms about the schedule, the log or the course as a whole, which no card has to be read for."""

_FIELDS = ("deck", "tag", "exercise", *STORED_FIELDS)
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
_MOST_DAYS = 36_500

_DEEPEST = 20
"""Saved searches that lie in one another."""

_LONGEST = 20_000
"""Characters that they come to in one query."""


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
    DUPLICATE = "duplicate"


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


def asks_for_orphans(query: str) -> bool:
    """Whether a query is about cards that the course no longer has."""
    return Term("is", State.ORPHAN) in parse(query)


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


def expanded(query: str, saved: Mapping[str, str]) -> str:
    """A query with saved searches written out; one that is negated stays, being no list of terms.

    Args:
        query: as described above.
        saved: name -> query.

    Raises:
        UsageError: there is no such saved search, it is part of itself, or searches lie too deep in
            one another or come to too much text.
    """
    known = {name.casefold(): text for name, text in saved.items()}
    whole: dict[str, str] = {}

    def of_name(name: str, within: tuple[str, ...]) -> str:
        where = f"saved:{name}"
        if name not in known:
            remedy = did_you_mean(name, known) or "quizapp cards --saved lists them"
            raise UsageError(where, "there is no such saved search", remedy)
        if name in within:
            raise UsageError(where, "this search is part of itself", "change one of them")
        if len(within) >= _DEEPEST:
            what = Phrase(
                "searches lie too deep in one another, more than {deepest}", deepest=_DEEPEST
            )
            raise UsageError(where, what, "write some of them out")
        if name not in whole:
            whole[name] = of_text(known[name], (*within, name))
        return whole[name]

    def of_text(text: str, within: tuple[str, ...]) -> str:
        pieces, last, length = list[str](), 0, 0
        for match in _TERM.finditer(text):
            negated, field, quoted, word = match.groups()
            if (field or "").lower() != "saved":
                continue
            inner = of_name((quoted or word or "").casefold(), within)
            pieces += [text[last : match.start()], match[0] if negated else inner]
            last, length = match.end(), length + len(pieces[-1])
            if length > _LONGEST:
                what = Phrase(
                    "written out, it is too long, more than {longest} characters", longest=_LONGEST
                )
                raise UsageError("the search", what, "make it of fewer saved searches")
        return "".join([*pieces, text[last:]])

    return of_text(query.translate(_QUOTES), ())


def names_in(query: str) -> set[str]:
    """Case-folded names of the saved searches that a query is made of."""
    return {term.value for term in parse(query) if term.field == "saved"}


def with_name(query: str, name: str, term: str) -> str:
    """A query with `term` where it had the saved search `name`."""

    def renamed(match: re.Match[str]) -> str:
        negated, field, quoted, word = match.groups()
        same = (quoted or word or "").casefold() == name.casefold()
        return negated + term if (field or "").lower() == "saved" and same else match[0]

    return _TERM.sub(renamed, query.translate(_QUOTES))


def asks_for_twins(query: str) -> bool:
    """Whether a query is about cards that ask the same."""
    return any(
        (term.field, term.value) == ("is", State.DUPLICATE) or term.field == "dupe"
        for term in parse(query)
        if not term.negated
    )


def _check(term: Term) -> None:
    """Refuse a term whose value makes no sense; whether a deck exists is seen later."""
    shown = f"{term.field}:{term.value}"
    if term.field == "is" and term.value not in list(State):
        remedy = did_you_mean(term.value, State) or Phrase(
            "write one of {names}", names=", ".join(State)
        )
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
        remedy = did_you_mean(name, PROPERTIES) or Phrase(
            "write one of {names}", names=", ".join(PROPERTIES)
        )
        raise UsageError(f"prop:{value}", "there is no such property", remedy)
    return Comparison(Sort(name), sign, float(number) / (100 if percent else 1))
