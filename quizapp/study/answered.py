"""What the answers of a span of days come to. Owns counting columns of answers by day, hour, state.

Recall is judged as everywhere: an answer that is not AGAIN. True retention is that of answers to
memories, young and mature apart; learning steps, which come back within minutes, are counted by
themselves.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from quizapp.domain.answers import (
    LEARNING,
    MATURE,
    NEW,
    RELEARNING,
    STATES,
    UNTIMED,
    YOUNG,
    Answers,
)
from quizapp.domain.history import Day
from quizapp.domain.memory import ItemKind, Rating, Review
from quizapp.study.statistics import Retention

SLOWEST = 20
"""How many of the slowest cards are named."""

_GROUPS = {NEW: "new", LEARNING: "learning", RELEARNING: "learning", YOUNG: "young"}

_CELLS = len(STATES) * (len(Rating) + 1)

Tally = Counter[tuple[int, int, int]]
"""(day or hour, state, rating) -> answers."""


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


def by_day(answers: Answers) -> Tally:
    """Answers by (ordinal of the study day, state, rating)."""
    return _tally(np.asarray(answers.days), answers)


def days_of(answers: Answers, tally: Tally) -> list[Day]:
    """The study days that answers add up to, oldest first; `tally` is `by_day` of them."""
    times = dict(zip(*_summed(np.asarray(answers.days), answers), strict=True))
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for (day, state, rating), count in tally.items():
        of_day = counts[day]
        of_day[Rating(rating).name.lower()] += count
        if state == NEW:
            of_day["new"] += count
        if state in (YOUNG, MATURE):
            name = "young" if state == YOUNG else "mature"
            of_day["reviews"] += count
            of_day[name] += count
            of_day[f"{name}_recalled"] += count * (rating > Rating.AGAIN)
    return [
        Day(date.fromordinal(day), ItemKind.CARD, answer_ms=times.get(day, 0), **counts[day])
        for day in sorted(counts)
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
    first: dict[int, date] = {}
    sums: defaultdict[date, Counter[tuple[str, bool]]] = defaultdict(Counter)
    for (day, state, rating), count in tally.items():
        if day not in first:
            first[day] = date.fromordinal(day).replace(day=1)
        group = _GROUPS.get(state, "mature")
        sums[first[day]][group, rating > Rating.AGAIN] += count
    return tuple(_month(month, sums[month]) for month in sorted(sums))


def hours(answers: Answers) -> tuple[Hour, ...]:
    """What was answered and recalled in each of the 24 hours of the day."""
    given, reviews, recalled = [0] * 24, [0] * 24, [0] * 24
    for (hour, state, rating), count in _tally(np.asarray(answers.hours), answers).items():
        given[hour] += count
        if state in (YOUNG, MATURE):
            reviews[hour] += count
            recalled[hour] += count * (rating > Rating.AGAIN)
    return tuple(Hour(hour, given[hour], reviews[hour], recalled[hour]) for hour in range(24))


def buttons(tally: Tally) -> Mapping[str, Buttons]:
    """How often each rating was given, by what it was given to."""
    sums: Counter[tuple[str, int]] = Counter()
    for (_, state, rating), count in tally.items():
        sums[_GROUPS.get(state, "mature"), rating] += count
    return {
        group: Buttons(*(sums[group, rating] for rating in Rating))
        for group in ("new", "learning", "young", "mature")
    }


def retention_of(tally: Tally) -> Retention:
    """Of all answers to memories."""
    sums: Counter[tuple[str, bool]] = Counter()
    for (_, state, rating), count in tally.items():
        sums[_GROUPS.get(state, "mature"), rating > Rating.AGAIN] += count
    return _retention(sums)


def deck_answers(
    answers: Answers, decks: Iterable[str], topics: Mapping[str, str]
) -> tuple[DeckAnswers, ...]:
    """What was answered in each deck.

    Args:
        answers: of any cards.
        decks: topics, in the order of the result.
        topics: id of a card -> its topic.
    """
    order = {topic: place for place, topic in enumerate(decks)}
    topic_of = map(topics.get, answers.names, repeat(""))
    places = np.array(list(map(order.get, topic_of, repeat(len(order)))), dtype=np.int64)
    deck = places[np.asarray(answers.items)]
    cells = (len(order) + 1) * _CELLS
    counts = np.bincount(deck * _CELLS + _codes(answers), minlength=cells)
    by_state = counts.reshape(len(order) + 1, len(STATES), len(Rating) + 1)
    asked, again = by_state.sum(axis=2), by_state[:, :, Rating.AGAIN]
    recalled, given = (asked - again).tolist(), asked.sum(axis=1).tolist()
    taken = np.maximum(np.asarray(answers.times), 0)
    spent = np.bincount(deck, weights=taken, minlength=len(order) + 1).astype(np.int64).tolist()
    asked = asked.tolist()
    return tuple(
        DeckAnswers(
            topic,
            given[place],
            spent[place],
            Retention(
                asked[place][YOUNG],
                recalled[place][YOUNG],
                asked[place][MATURE],
                recalled[place][MATURE],
            ),
        )
        for topic, place in order.items()
    )


def answer_times(answers: Answers) -> AnswerTimes:
    """How long answers took, over all and for the slowest cards."""
    times = np.asarray(answers.times)
    measured = times > UNTIMED
    if not measured.any():
        return AnswerTimes(0, None, ())
    times, items = times[measured], np.asarray(answers.items)[measured]
    keys = np.sort(items.astype(np.int64) << 32 | times)
    of_card, starts, counts = np.unique(keys >> 32, return_index=True, return_counts=True)
    ranked = keys & (1 << 32) - 1
    medians = (ranked[starts + (counts - 1) // 2] + ranked[starts + counts // 2]) // 2
    often = counts > 1
    of_card, medians, counts = of_card[often], medians[often], counts[often]
    slowest = np.argsort(-medians, kind="stable")[:SLOWEST]
    return AnswerTimes(
        len(times),
        int(np.median(times)),
        tuple(
            SlowCard(answers.names[of_card[place]], int(medians[place]), int(counts[place]))
            for place in slowest
        ),
    )


def _tally(keys: npt.NDArray[np.integer[Any]], answers: Answers) -> Tally:
    """Answers by (key, state, rating), in rising order."""
    if not keys.size:
        return Counter()
    first = int(keys.min())
    counts = np.bincount((keys.astype(np.int64) - first) * _CELLS + _codes(answers))
    found = np.flatnonzero(counts)
    tally: Tally = Counter()
    for code, count in zip(found.tolist(), counts[found].tolist(), strict=True):
        key, cell = divmod(code, _CELLS)
        state, rating = divmod(cell, len(Rating) + 1)
        tally[first + key, state, rating] = count
    return tally


def _codes(answers: Answers) -> npt.NDArray[np.int64]:
    """State and rating of each answer as one number below `_CELLS`."""
    codes = np.asarray(answers.states).astype(np.int64)
    codes *= len(Rating) + 1
    codes += np.asarray(answers.ratings)
    return codes


def _summed(keys: npt.NDArray[np.integer[Any]], answers: Answers) -> tuple[list[int], list[int]]:
    """Each key, and the milliseconds of the answers with it that were measured."""
    found, places = np.unique(keys, return_inverse=True)
    times = np.maximum(np.asarray(answers.times), 0)
    sums = np.bincount(places, weights=times, minlength=len(found))
    return found.tolist(), sums.astype(np.int64).tolist()


def _month(month: date, sums: Counter[tuple[str, bool]]) -> Month:
    recalled, forgotten = sums["learning", True], sums["learning", False]
    return Month(month, _retention(sums), recalled + forgotten, recalled)


def _retention(sums: Counter[tuple[str, bool]]) -> Retention:
    young, mature = sums["young", True], sums["mature", True]
    return Retention(young + sums["young", False], young, mature + sums["mature", False], mature)
