"""Simulated days: cards that are due, answered and scheduled anew. Owns one day and all its chance.

All desired retentions are simulated side by side, as columns of cards; a row is one learner at one
retention. Chance is a function of the card, of how often it was answered and of the learner: the
same card has the same luck at every retention, so that curves are smooth and what one retention
comes to does not depend on which others were asked for.

Learning steps are those of the learner, reviews beyond a day's limit wait, the most forgotten come
first, and intervals are the scheduler's, fuzz included. Taken for granted: steps are over on the
day on which they begin; no day is missed; nothing is buried, brought forward, or moved to a quieter
weekday. Leaves formulas to `formulas`, habits to `behaviour`, and sums to `simulation`.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from quizapp.domain.history import DayCounts
from quizapp.domain.memory import Rating
from quizapp.domain.standings import LEARNING, NEW, RELEARNING, REVIEW
from quizapp.study.behaviour import Behaviour, Four
from quizapp.study.formulas import Floats, Formulas
from quizapp.study.outset import Deck, Rules
from quizapp.study.scheduler import SHORTEST_FUZZED

MOST_LEARNERS = 8

_MOST_PASSES = 50
"""Answers to one card in its steps a day; what is not through by then goes on the next day."""

_AGAIN, _GOOD, _EASY = Rating.AGAIN.value, Rating.GOOD.value, Rating.EASY.value
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_NEVER = np.iinfo(np.int32).max

_Number = TypeVar("_Number", bound=np.generic)
_Counts = npt.NDArray[np.int64]
_Indices = npt.NDArray[np.int64]


class Did:
    """What was done on one day, of each row.

    Attributes:
        seconds: spent on answers.
        answers: all of them, learning steps included.
        reviews: answers to cards in phase REVIEW.
        new: cards introduced.
    """

    def __init__(self, rows: int) -> None:
        self.seconds = np.zeros(rows)
        self.answers = np.zeros(rows)
        self.reviews = np.zeros(rows, dtype=np.int64)
        self.new = np.zeros(rows, dtype=np.int64)


class World:
    """All cards of all rows, one row after the other, and what one day does to them.

    Args:
        deck: what there is.
        spans: of each desired retention, the interval in stabilities that it asks for.
        new: how many of the new cards may come up at all.
        learners: rows for each retention, at most `MOST_LEARNERS`.
        formulas: with the learner's parameters.
        rules: limits, steps and the like.
        habits: how the learner answers.
        seed: of all chance.
    """

    def __init__(
        self,
        deck: Deck,
        spans: Floats,
        *,
        new: int,
        learners: int,
        formulas: Formulas,
        rules: Rules,
        habits: Behaviour,
        seed: int,
    ) -> None:
        self.rows, self.old = spans.size * learners, len(deck.due)
        self.cards = self.old + new
        self.formulas, self.rules, self.habits, self.seed = formulas, rules, habits, seed
        self.spans = np.repeat(spans, learners)
        own = np.concatenate([deck.own, deck.new[:new]])
        self.own = formulas.span(own) if np.isfinite(own).any() else None
        self.stability = self._column(deck.stabilities, 1.0)
        self.difficulty = self._column(deck.difficulties, 5.0)
        self.last = self._column(deck.last, 0)
        self.due = self._column(deck.due, _NEVER)
        self.lapses = self._column(deck.lapses, 0)
        self.phase = self._column(deck.phases, NEW)
        self.step = np.zeros(self.phase.size, dtype=np.int8)
        self.answered = np.zeros(self.phase.size, dtype=np.int32)
        self.introduced = np.zeros(self.rows, dtype=np.int64)
        places = np.arange(self.rows * self.cards, dtype=np.int64)
        self.row = (places // max(1, self.cards)).astype(np.int32)
        # What luck depends on: the card and the learner, but not the retention.
        self.key = (places % max(1, self.cards) << 24) + self.row % learners

    def _column(self, values: npt.NDArray[_Number], rest: float) -> npt.NDArray[_Number]:
        """`values`, and `rest` for each new card; once for each row."""
        new = np.full(self.cards - self.old, rest, dtype=values.dtype)
        return np.tile(np.concatenate([values, new]), self.rows)

    # -- one day ------------------------------------------------------------------------------

    def study(self, day: int) -> Did:
        """Answer what is due and introduce new cards, as far as the day's limits go."""
        did = Did(self.rows)
        used = self.rules.done if day == 0 else DayCounts()
        due = np.flatnonzero(self.due <= day)
        in_review = self.phase[due] == REVIEW
        reviews, steps = due[in_review], due[~in_review]
        waiting = np.bincount(self.row[reviews], minlength=self.rows)
        asked = self._within(reviews, waiting, self.rules.limits.reviews - used.reviews, day)
        blocked = self.rules.wait & (waiting + used.reviews > self.rules.limits.reviews)
        new = self._introduced(np.where(blocked, 0, self.rules.limits.new - used.new))
        did.reviews = np.bincount(self.row[asked], minlength=self.rows)
        did.new = np.bincount(self.row[new], minlength=self.rows)
        lapsed = self._review(asked, day, did)
        self._first(new, day, did)
        pending = np.concatenate([steps, lapsed, new[self.phase[new] != REVIEW]])
        for _ in range(_MOST_PASSES):
            if not pending.size:
                return did
            self._take_step(pending, day, did)
            pending = pending[self.phase[pending] != REVIEW]
        self.due[pending] = day + 1
        return did

    def _within(self, reviews: _Indices, waiting: _Counts, limit: int, day: int) -> _Indices:
        """Of the reviews due, those that a day takes of each row: the most forgotten."""
        limit = max(0, limit)
        if not (waiting > limit).any():
            return reviews
        kept, start = [], 0
        for count in waiting.tolist():
            here = reviews[start : start + count]
            start += count
            if count > limit > 0:
                # The chance of recall falls with the days since, in stabilities.
                forgotten = (self.last[here] - day) / self.stability[here]
                here = here[np.sort(np.argpartition(forgotten, limit - 1)[:limit])]
            kept.append(here if limit else here[:0])
        found: _Indices = np.concatenate(kept)
        return found

    def _introduced(self, allowed: _Counts) -> _Indices:
        """The next new cards of each row."""
        left = self.cards - self.old - self.introduced
        counts = np.clip(allowed, 0, left)
        if not counts.any():
            return np.zeros(0, dtype=np.int64)
        first = np.arange(self.rows, dtype=np.int64) * self.cards + self.old + self.introduced
        self.introduced += counts
        ends = np.cumsum(counts)
        offsets = np.arange(ends[-1]) - np.repeat(ends - counts, counts)
        found: _Indices = np.repeat(first, counts) + offsets
        return found

    # -- answers ------------------------------------------------------------------------------

    def _first(self, cards: _Indices, day: int, did: Did) -> None:
        if not cards.size:
            return
        rating = _pressed(self.luck(cards, "answer"), self.habits.new)
        self._written(cards, rating, self.habits.new_s, did)
        self.stability[cards], self.difficulty[cards] = self.formulas.first(rating)
        self.phase[cards], self.step[cards], self.last[cards] = LEARNING, 0, day
        if self.rules.steps:
            self._move_on(cards, rating, day)
        else:
            again, _ = self.formulas.first(np.full(cards.size, _AGAIN))
            self._schedule(cards, day, self._beyond_again(cards, again, rating))

    def _review(self, cards: _Indices, day: int, did: Did) -> _Indices:
        """Answer cards in phase REVIEW; those that are now in a relearning step."""
        if not cards.size:
            return cards
        stability, difficulty = self.stability[cards], self.difficulty[cards]
        elapsed = day - self.last[cards]
        chance = self.formulas.recall(elapsed, stability)
        luck = self.luck(cards, "answer")
        recalled = luck < chance
        rating = np.where(recalled, _pressed(luck / chance, self.habits.review), _AGAIN)
        self._written(cards, rating, self.habits.review_s, did)
        later = self.formulas.later(stability, difficulty, chance, rating)
        same = self.formulas.same_day(stability, rating)
        self.stability[cards] = np.where(elapsed > 0, later, same)
        self.difficulty[cards] = self.formulas.difficulty(difficulty, rating)
        self.last[cards] = day
        forgotten = cards[~recalled]
        self.lapses[forgotten] += 1
        if not self.rules.relearning_steps:
            again = self.formulas.later(stability, difficulty, chance, np.full(cards.size, _AGAIN))
            self._schedule(cards, day, self._beyond_again(cards, again, rating))
            self._suspend(forgotten)
            return forgotten[:0]
        self._schedule(cards[recalled], day)
        self.phase[forgotten], self.step[forgotten] = RELEARNING, 0
        self._suspend(forgotten)
        studied: _Indices = forgotten[self.due[forgotten] != _NEVER]
        return studied

    def _take_step(self, cards: _Indices, day: int, did: Did) -> None:
        """Answer cards in a learning or relearning step, once."""
        relearning = self.phase[cards] == RELEARNING
        for some, chances, seconds in (
            (cards[~relearning], self.habits.learning, self.habits.learning_s),
            (cards[relearning], self.habits.relearning, self.habits.relearning_s),
        ):
            if not some.size:
                continue
            rating = _pressed(self.luck(some, "answer"), chances)
            self._written(some, rating, seconds, did)
            stability, difficulty = self.stability[some], self.difficulty[some]
            elapsed = day - self.last[some]
            after = self.formulas.same_day(stability, rating)
            if (elapsed > 0).any():
                chance = self.formulas.recall(elapsed, stability)
                later = self.formulas.later(stability, difficulty, chance, rating)
                after = np.where(elapsed > 0, later, after)
            self.stability[some] = after
            self.difficulty[some] = self.formulas.difficulty(difficulty, rating)
            self.last[some] = day
            self._move_on(some, rating, day)

    def _move_on(self, cards: _Indices, rating: _Counts, day: int) -> None:
        """To the step that the rating leads to, or out of the steps."""
        relearning = self.phase[cards] == RELEARNING
        steps = np.where(relearning, self.rules.relearning_steps, self.rules.steps)
        step = self.step[cards] + (rating == _GOOD)
        step[rating == _AGAIN] = 0
        through = (steps == 0) | (rating == _EASY) | (step >= steps)
        self.step[cards] = np.where(through, 0, step)
        self._schedule(cards[through], day)

    def _schedule(self, cards: _Indices, day: int, least: _Indices | None = None) -> None:
        """Put cards in phase REVIEW, with the days until they come back, `least` at the least."""
        if not cards.size:
            return
        days = self._interval(cards, self.stability[cards])
        self.phase[cards] = REVIEW
        self.due[cards] = day + (days if least is None else np.maximum(days, least))

    def _interval(self, cards: _Indices, stability: Floats) -> _Indices:
        """Days until cards come back, were their stabilities these."""
        span = self.spans[self.row[cards]]
        if self.own is not None:
            own = self.own[cards % self.cards]
            span = np.where(np.isnan(own), span, own)
        days = self.formulas.intervals(stability, span, self.rules.longest)
        if not self.rules.fuzz:
            return days
        slack = (1 + 0.05 * days).astype(np.int64)
        moved = days - slack + (self.luck(cards, "fuzz") * (2 * slack + 1)).astype(np.int64)
        fuzzed = np.minimum(moved, self.rules.longest)
        return np.where(days >= SHORTEST_FUZZED, fuzzed, days)

    def _beyond_again(self, cards: _Indices, again: Floats, rating: _Indices) -> _Indices:
        """Days that cards wait at the least where Again has no step: it comes before the others.

        Args:
            cards: that were answered.
            again: their stabilities, had the answer been Again.
            rating: what the answer was.
        """
        return np.where(rating == _AGAIN, 0, self._interval(cards, again) + 1)

    def _suspend(self, forgotten: _Indices) -> None:
        if not self.rules.suspend_at:
            return
        more = self.lapses[forgotten] - self.rules.suspend_at
        half = (self.rules.suspend_at + 1) // 2
        gone = forgotten[(more >= 0) & (more % half == 0)]
        self.due[gone] = _NEVER
        self.phase[gone] = REVIEW

    def _written(
        self,
        cards: _Indices,
        rating: _Counts,
        seconds: Four,
        did: Did,
    ) -> None:
        rows = self.row[cards]
        spent = np.array((0.0, *seconds))[rating]
        did.seconds += np.bincount(rows, weights=spent, minlength=self.rows)
        did.answers += np.bincount(rows, minlength=self.rows)
        self.answered[cards] += 1

    def luck(self, cards: _Indices, what: str) -> Floats:
        """A number in [0, 1) for each card: by its place, its answers so far, and the learner."""
        keys = self.key[cards] + (self.answered[cards].astype(np.int64) << 4)
        return _uniform(keys + (MOST_LEARNERS if what == "fuzz" else 0), self.seed)

    # -- the end ------------------------------------------------------------------------------

    def known(self, days: int) -> Floats:
        """Cards of each row that would be recalled when so many days have passed."""
        if not self.cards:
            return np.zeros(self.rows)
        chance = self.formulas.recall(days - self.last, self.stability)
        chance[(self.phase == NEW) | (self.due == _NEVER)] = 0.0
        sums: Floats = chance.reshape(self.rows, self.cards).sum(axis=1)
        return sums

    def waiting(self, days: int) -> _Counts:
        """Reviews of each row that did not fit into the limit of the last day."""
        late = np.flatnonzero((self.due < days) & (self.phase == REVIEW))
        return np.bincount(self.row[late], minlength=self.rows)


def _pressed(luck: Floats, chances: Four) -> _Counts:
    """The rating that a number in [0, 1) stands for."""
    ends = np.cumsum(chances)[:3] / sum(chances)
    return np.searchsorted(ends, luck, side="right") + 1


def _uniform(keys: _Indices, seed: int) -> Floats:
    """Chance as a function of a key, as SplitMix64 makes it (Steele, Lea and Flood, 2014)."""
    mixed = keys.astype(np.uint64) * _GOLDEN
    mixed += np.uint64((seed + 1) * 0xD1342543DE82EF95 & (1 << 64) - 1)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(11)).astype(np.float64) / (1 << 53)
