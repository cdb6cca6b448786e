"""FSRS-6's formulas over many cards at once. Owns the arithmetic; leaves days and steps to others.

`scheduler` asks the package `fsrs`, one card at a time; a simulation of years asks for millions of
answers. The formulas are those of FSRS-6 as its project publishes them ("The Algorithm", wiki of
open-spaced-repetition/fsrs4anki), in the order of that package, so that both say the same.
`fitting` has them once more, for tensors, since it differentiates them.

All arrays are one-dimensional and of one length; stabilities in days, difficulties 1 to 10,
ratings 1 to 4, chances of recall 0 to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from quizapp.domain.memory import Rating
from quizapp.study import curve

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer[Any]]

SHORTEST_STABILITY = 0.001
_AGAIN, _EASY = Rating.AGAIN.value, Rating.EASY.value
EASIEST, HARDEST = 1.0, 10.0


@dataclass(frozen=True, slots=True)
class Formulas:
    """The formulas with the parameters of one learner.

    Attributes:
        parameters: the 21 of FSRS-6.
    """

    parameters: Sequence[float]

    @property
    def decay(self) -> float:
        """How flat the forgetting curve ends."""
        return float(self.parameters[20])

    def recall(self, days: npt.NDArray[Any], stability: Floats) -> Floats:
        """Chance of recall after some days."""
        return curve.recall(days, stability, self.decay)

    def span(self, retention: npt.NDArray[np.float64]) -> Floats:
        """Days, in stabilities, until the chance of recall has fallen to `retention`."""
        return curve.span(retention, self.decay)

    def intervals(self, stability: Floats, span: Floats, longest: int) -> npt.NDArray[np.int64]:
        """Whole days until a review, before any fuzz."""
        return np.clip(np.rint(stability * span), 1, longest).astype(np.int64)

    def first(self, rating: Ints) -> tuple[Floats, Floats]:
        """Stability and difficulty after the first answer."""
        stability = _at_least(np.asarray(self.parameters[:4], dtype=np.float64)[rating - 1])
        return stability, np.clip(self._first_difficulty(rating), EASIEST, HARDEST)

    def same_day(self, stability: Floats, rating: Ints) -> Floats:
        """Stability after an answer on the day of the one before."""
        w = self.parameters
        grown = np.exp(w[17] * (rating - 3 + w[18])) * np.power(stability, -w[19])
        grown = np.where(rating > _AGAIN, np.maximum(grown, 1.0), grown)
        return _at_least(stability * grown)

    def later(self, stability: Floats, difficulty: Floats, chance: Floats, rating: Ints) -> Floats:
        """Stability after an answer on a later day, when the chance of recall was `chance`."""
        forgotten = rating == _AGAIN
        found = np.where(
            forgotten,
            self._forgotten(stability, difficulty, chance),
            self._recalled(stability, difficulty, chance, rating),
        )
        return _at_least(found)

    def difficulty(self, difficulty: Floats, rating: Ints) -> Floats:
        """Difficulty after any answer but the first."""
        w = self.parameters
        easy = self._first_difficulty(np.array([_EASY]))
        moved = difficulty + (10.0 - difficulty) * (-w[6] * (rating - 3)) / 9.0
        return np.clip(w[7] * easy + (1 - w[7]) * moved, EASIEST, HARDEST)

    def _first_difficulty(self, rating: Ints) -> Floats:
        w = self.parameters
        return np.asarray(w[4] - np.exp(w[5] * (rating - 1)) + 1, dtype=np.float64)

    def _forgotten(self, stability: Floats, difficulty: Floats, chance: Floats) -> Floats:
        w = self.parameters
        left = (
            w[11]
            * np.power(difficulty, -w[12])
            * (np.power(stability + 1, w[13]) - 1)
            * np.exp((1 - chance) * w[14])
        )
        kept: Floats = np.minimum(left, stability / np.exp(w[17] * w[18]))
        return kept

    def _recalled(
        self, stability: Floats, difficulty: Floats, chance: Floats, rating: Ints
    ) -> Floats:
        w = self.parameters
        weight = np.array([1.0, 1.0, w[15], 1.0, w[16]])[rating]
        grown: Floats = stability * (
            1
            + np.exp(w[8])
            * (11 - difficulty)
            * np.power(stability, -w[9])
            * (np.exp((1 - chance) * w[10]) - 1)
            * weight
        )
        return grown


def _at_least(stability: Floats) -> Floats:
    kept: Floats = np.maximum(stability, SHORTEST_STABILITY)
    return kept
