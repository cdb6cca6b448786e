"""What the answers of a span of days come to. Owns counting columns of answers by day, hour, state.

Recall is judged as everywhere: an answer that is not AGAIN. True retention is that of answers to
memories, young and mature apart; learning steps, which come back within minutes, are counted by
themselves.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from quizapp.domain.answers import LEARNING, MATURE, NEW, RELEARNING, STATES, UNTIMED, YOUNG
from quizapp.domain.history import Day
from quizapp.domain.memory import ItemKind, Rating, Review
from quizapp.study.columns import CELLS, RATINGS, AnswerColumns, Ints
from quizapp.study.statistics import Retention

SLOWEST = 20
"""How many of the slowest cards are named."""

_LONG = 2**16
"""Days from the first answer to the last, beyond which most of them have none."""

Counts = npt.NDArray[np.int64]


class Tally(NamedTuple):
    """Answers by day, state and rating.

    Attributes:
        days: ordinals of the study days with an answer, rising.
        counts: shape (days, states, ratings); ratings are counted from 1.
    """

    days: Counts
    counts: Counts


@dataclass(frozen=True, slots=True)
class Month:
    """What was recalled in one month.

    Attributes:
        month: its first day.
        retention: of memories, young and mature.
        learning, learning_recalled: answers to cards in a learning or relearning step.
    """

    month: date
    retention: Retention
    learning: int
    learning_recalled: int


@dataclass(frozen=True, slots=True)
class Hour:
    """The answers given in one hour of the day, all days together.

    Attributes:
        answers: all of them.
        reviews, recalled: those to memories, and how many of these were recalled.
    """

    hour: int
    answers: int
    reviews: int
    recalled: int

    @property
    def rate(self) -> float | None:
        """Share recalled of the reviews; None without any."""
        return self.recalled / self.reviews if self.reviews else None


@dataclass(frozen=True, slots=True)
class Buttons:
    """How often each rating was given to cards in one state."""

    again: int = 0
    hard: int = 0
    good: int = 0
    easy: int = 0

    @property
    def answers(self) -> int:
        """All of them."""
        return self.again + self.hard + self.good + self.easy

    @property
    def rate(self) -> float | None:
        """Share that was not AGAIN; None without any."""
        return 1 - self.again / self.answers if self.answers else None


@dataclass(frozen=True, slots=True)
class DeckAnswers:
    """What was answered in one deck.

    Attributes:
        milliseconds: as far as they were measured.
        retention: of memories.
    """

    topic: str
    answers: int
    milliseconds: int
    retention: Retention


@dataclass(frozen=True, slots=True)
class SlowCard:
    """A card that takes long: the median over its measured answers."""

    card: str
    median_ms: int
    answers: int


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """How long answers took, of those that were measured.

    Attributes:
        measured: how many were.
        median_ms: over all of them; None without any.
        slowest: the cards with the highest median over two answers or more, slowest first.
    """

    measured: int
    median_ms: int | None
    slowest: tuple[SlowCard, ...]


def by_day(answers: AnswerColumns) -> Tally:
    """The answers of each day."""
    days, places = _days(answers.days)
    counts = np.bincount(places * CELLS + answers.codes, minlength=len(days) * CELLS)
    found = counts.reshape(len(days), len(STATES), RATINGS)
    held = found.any(axis=(1, 2))
    return Tally(days[held], found[held])


def days_of(answers: AnswerColumns, tally: Tally) -> list[Day]:
    """The study days that answers add up to, oldest first; `tally` is `by_day` of them."""
    taken = np.maximum(answers.times, 0)
    times = np.bincount(
        np.searchsorted(tally.days, answers.days), weights=taken, minlength=len(tally.days)
    )
    asked, recalled = _asked(tally.counts), _recalled(tally.counts)
    columns = (
        asked[:, NEW],
        asked[:, YOUNG] + asked[:, MATURE],
        *tally.counts.sum(axis=1)[:, 1:].T,
        asked[:, YOUNG],
        recalled[:, YOUNG],
        asked[:, MATURE],
        recalled[:, MATURE],
        times.astype(np.int64),
    )
    return [
        Day(date.fromordinal(day), ItemKind.CARD, *counts)
        for day, counts in zip(tally.days.tolist(), np.stack(columns, axis=1).tolist(), strict=True)
    ]


def days_of_exercises(reviews: Iterable[Review]) -> list[Day]:
    """The study days that rated submissions add up to, oldest first."""
    counts: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for review in reviews:
        if review.rating is not None:
            counts[review.study_day][review.rating.name.lower()] += 1
    return [Day(day, ItemKind.EXERCISE, **counts[day]) for day in sorted(counts)]


def months(tally: Tally) -> tuple[Month, ...]:
    """What was recalled month by month, oldest first; months without an answer are left out."""
    if not tally.days.size:
        return ()
    first = [date.fromordinal(day).replace(day=1) for day in tally.days.tolist()]
    starts = [place for place, each in enumerate(first) if not place or each != first[place - 1]]
    counts = np.add.reduceat(tally.counts, starts, axis=0)
    found = zip(starts, _asked(counts).tolist(), _recalled(counts).tolist(), strict=True)
    return tuple(
        Month(
            first[start],
            _retention(asked, recalled),
            asked[LEARNING] + asked[RELEARNING],
            recalled[LEARNING] + recalled[RELEARNING],
        )
        for start, asked, recalled in found
    )


def hours(answers: AnswerColumns) -> tuple[Hour, ...]:
    """What was answered and recalled in each of the 24 hours of the day."""
    places = answers.hours.astype(np.int64) * CELLS + answers.codes
    counts = np.bincount(places, minlength=24 * CELLS).reshape(24, len(STATES), RATINGS)
    given, reviews = counts.sum(axis=(1, 2)), _asked(counts)[:, [YOUNG, MATURE]].sum(axis=1)
    recalled = _recalled(counts)[:, [YOUNG, MATURE]].sum(axis=1)
    columns = zip(given.tolist(), reviews.tolist(), recalled.tolist(), strict=True)
    return tuple(Hour(hour, *found) for hour, found in enumerate(columns))


def buttons(tally: Tally) -> Mapping[str, Buttons]:
    """How often each rating was given, by what it was given to."""
    counts = tally.counts.sum(axis=0)[:, 1:]
    groups = {
        "new": counts[NEW],
        "learning": counts[LEARNING] + counts[RELEARNING],
        "young": counts[YOUNG],
        "mature": counts[MATURE],
    }
    return {group: Buttons(*found.tolist()) for group, found in groups.items()}


def retention_of(tally: Tally) -> Retention:
    """Of all answers to memories."""
    counts = tally.counts.sum(axis=0)
    return _retention(_asked(counts).tolist(), _recalled(counts).tolist())


def deck_answers(
    answers: AnswerColumns, decks: Sequence[str], places: npt.NDArray[np.int64]
) -> tuple[DeckAnswers, ...]:
    """What was answered in each deck.

    Args:
        answers: of any cards.
        decks: topics, in the order of the result.
        places: into `decks`, of each of the names of `answers`; -1 for a card of no such deck.
    """
    deck = places[answers.items] + 1
    counts = np.bincount(deck * CELLS + answers.codes, minlength=(len(decks) + 1) * CELLS)
    by_state = counts.reshape(len(decks) + 1, len(STATES), RATINGS)[1:]
    taken = np.maximum(answers.times, 0)
    spent = np.bincount(deck, weights=taken, minlength=len(decks) + 1)[1:].astype(np.int64)
    asked, recalled = _asked(by_state), _recalled(by_state)
    columns = zip(
        decks,
        asked.sum(axis=1).tolist(),
        spent.tolist(),
        asked.tolist(),
        recalled.tolist(),
        strict=True,
    )
    return tuple(
        DeckAnswers(topic, given, milliseconds, _retention(of_deck, kept))
        for topic, given, milliseconds, of_deck, kept in columns
    )


def answer_times(answers: AnswerColumns) -> AnswerTimes:
    """How long answers took, over all and for the slowest cards."""
    measured = answers.times > UNTIMED
    times = answers.times[measured]
    if not times.size:
        return AnswerTimes(0, None, ())
    keys = answers.items[measured].astype(np.int64) << 32
    keys |= times
    keys.sort()
    cards = keys >> 32
    ranked = keys & (1 << 32) - 1
    starts = np.flatnonzero(np.diff(cards, prepend=-1))
    counts = np.diff(starts, append=len(keys))
    medians = (ranked[starts + (counts - 1) // 2] + ranked[starts + counts // 2]) // 2
    often = counts > 1
    of_card, medians, counts = cards[starts][often], medians[often], counts[often]
    slowest = np.argsort(-medians, kind="stable")[:SLOWEST]
    return AnswerTimes(
        len(times),
        int(np.median(times)),
        tuple(
            SlowCard(answers.names[of_card[place]], int(medians[place]), int(counts[place]))
            for place in slowest
        ),
    )


def _days(ordinals: Ints) -> tuple[Counts, Counts]:
    """Study days in rising order, some perhaps not asked for, and the place of each in them."""
    if not ordinals.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    first, last = int(ordinals.min()), int(ordinals.max())
    if last - first < _LONG:
        return np.arange(first, last + 1), ordinals.astype(np.int64) - first
    days, places = np.unique(ordinals, return_inverse=True)
    return days.astype(np.int64), places


def _asked(counts: Counts) -> Counts:
    """Answers by state, over all ratings."""
    asked: Counts = counts.sum(axis=-1)
    return asked


def _recalled(counts: Counts) -> Counts:
    """Those that were not AGAIN."""
    return _asked(counts) - counts[..., Rating.AGAIN]


def _retention(asked: Sequence[int], recalled: Sequence[int]) -> Retention:
    """Of answers, and of those recalled, by state."""
    return Retention(asked[YOUNG], recalled[YOUNG], asked[MATURE], recalled[MATURE])
