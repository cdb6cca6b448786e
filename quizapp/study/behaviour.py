"""How a learner answers: which buttons, and how fast. Owns learning it from the log.

The defaults are the averages over many learners that the FSRS project ships with its simulator
(`SimulatorConfig` of open-spaced-repetition/fsrs-rs); of its chances at learning steps, which it
keeps by the rating before, what remains by state alone is used. As there, what a learner has shown
is mixed with the defaults: these weigh as much as `PRIOR` answers do, so that three answers don't
make a habit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quizapp.domain.answers import LEARNING, MATURE, NEW, RELEARNING, UNTIMED, YOUNG, Answers

PRIOR = 50
"""Answers that the defaults weigh as much as."""

LONGEST_MS = 600_000
"""An answer that took longer is counted with these milliseconds, as the app's own clock does."""

Four = tuple[float, float, float, float]
"""One number for each of Again, Hard, Good and Easy."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Chances of the four ratings, and seconds for each, by what the card was.

    The chances of `review` are those once it is recalled, so that Again's is 0: whether it is
    recalled is up to the memory.

    Attributes:
        new, learning, review, relearning: chances of the ratings; each sums to 1.
        new_s, learning_s, review_s, relearning_s: seconds from question to rating.
        answers: of the learner's, that it was learned from.
    """

    new: Four
    learning: Four
    review: Four
    relearning: Four
    new_s: Four
    learning_s: Four
    review_s: Four
    relearning_s: Four
    answers: int = 0


AVERAGE = Behaviour(
    new=(0.24, 0.094, 0.495, 0.171),
    learning=(0.1427, 0.0979, 0.7036, 0.0558),
    review=(0.0, 0.224, 0.631, 0.145),
    relearning=(0.2157, 0.0643, 0.6595, 0.0605),
    new_s=(19.58, 18.79, 13.78, 10.71),
    learning_s=(19.58, 18.79, 13.78, 10.71),
    review_s=(19.38, 17.59, 12.38, 8.94),
    relearning_s=(16.44, 15.25, 12.32, 8.03),
)
"""The average learner; who has answered nothing yet is taken for one."""

_PARTS = (
    ("new", (NEW,)),
    ("learning", (LEARNING,)),
    ("review", (YOUNG, MATURE)),
    ("relearning", (RELEARNING,)),
)


def behaviour(answers: Answers) -> Behaviour:
    """What the learner's own answers say, mixed with the defaults."""
    states, ratings = np.asarray(answers.states), np.asarray(answers.ratings)
    times = np.minimum(np.asarray(answers.times, dtype=np.int64), LONGEST_MS)
    found: dict[str, Four] = {}
    for name, of in _PARTS:
        here = np.isin(states, of)
        pressed = np.bincount(ratings[here], minlength=5)[1:5]
        if name == "review":
            pressed[0] = 0  # whether it is recalled is up to the memory
        found[name] = _mixed(pressed, np.array(getattr(AVERAGE, name)))
        timed = here & (times > UNTIMED)
        found[f"{name}_s"] = _seconds(
            ratings[timed], times[timed], np.array(getattr(AVERAGE, f"{name}_s"))
        )
    return Behaviour(**found, answers=len(answers))


def _mixed(counts: npt.NDArray[np.int64], usual: npt.NDArray[np.float64]) -> Four:
    usual = usual / usual.sum()
    return _four((counts + PRIOR * usual) / (counts.sum() + PRIOR))


def _seconds(
    ratings: npt.NDArray[np.uint8],
    times: npt.NDArray[np.int64],
    usual: npt.NDArray[np.float64],
) -> Four:
    counts = np.bincount(ratings, minlength=5)[1:5]
    spent = np.bincount(ratings, weights=times / 1000, minlength=5)[1:5]
    return _four((spent + PRIOR * usual) / (counts + PRIOR))


def _four(values: npt.NDArray[np.float64]) -> Four:
    again, hard, good, easy = values.tolist()
    return again, hard, good, easy
