"""How well predictions of recall came true. Owns the measures; leaves predicting to others.

A prediction is a chance of recall, made before an answer; the outcome is whether the answer was
anything but AGAIN. Answers on the day of the last one are no evidence and are left out by whoever
collects predictions, as FSRS does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from quizapp.domain.memory import Rating
from quizapp.study.columns import AnswerColumns, Ints
from quizapp.study.curve import recall

_Floats: TypeAlias = npt.NDArray[np.float64]
_Bools: TypeAlias = npt.NDArray[np.bool_]
_Longs: TypeAlias = npt.NDArray[np.int64]

SHELVES = 20
"""Shelves of equal width, from 0 to 1, that a calibration curve is drawn of."""

_NEARLY = 1e-6


class Prediction(NamedTuple):
    """One prediction with what came of it.

    Attributes:
        chance: predicted chance of recall, 0 to 1.
        recalled: what happened.
        days: study days since the last answer, at least 1.
        reviews: answers to the item up to and with this one, at least 2.
        lapses: how many of the answers before were AGAIN.
    """

    chance: float
    recalled: bool
    days: int
    reviews: int
    lapses: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """The predictions that lie close together.

    Attributes:
        predicted: their mean.
        recalled: the share that was recalled.
        count: how many there are.
    """

    predicted: float
    recalled: float
    count: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How good a set of predictions is.

    Attributes:
        count: how many predictions.
        log_loss: mean of -ln(chance given to what happened); 0 is perfect, 0.693 is a coin's.
        rmse_bins: see `rmse_bins`.
        shelves: for a plot of recalled against predicted; those with predictions only, rising.
    """

    count: int
    log_loss: float
    rmse_bins: float
    shelves: tuple[Shelf, ...]


def calibration(predictions: Iterable[Prediction]) -> Calibration | None:
    """The measures of some predictions; None without any."""
    found = list(predictions)
    return _measured(*_columns(found)) if found else None


def calibration_of(answers: AnswerColumns, decay: float) -> Calibration | None:
    """How well the answers to memories were predicted; None where there is none.

    Those on the day of the answer before are left out.
    """
    told = answers.only(answers.elapsed > 0)
    if not len(told):
        return None
    chances = recall(told.elapsed, told.stabilities, decay)
    recalled = told.ratings > Rating.AGAIN
    return _measured(chances, recalled, told.elapsed, told.reps, told.lapses)


def log_loss(predictions: Sequence[Prediction]) -> float:
    """Mean of -ln(chance given to what happened), in nats."""
    chances, recalled, *_ = _columns(predictions)
    return _log_loss(chances, recalled)


def rmse_bins(predictions: Sequence[Prediction]) -> float:
    """Root mean square error over bins of like reviews, weighted by their size; 0 is perfect.

    Bins are those of the metric "RMSE (bins)" of the FSRS benchmark: interval, number of reviews
    and number of lapses, each on a logarithmic scale
    (https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Metric).
    """
    return _rmse_bins(*_columns(predictions))


def _columns(predictions: Sequence[Prediction]) -> tuple[_Floats, _Bools, Ints, Ints, Ints]:
    chances, recalled, days, reviews, lapses = zip(*predictions, strict=True)
    return (
        np.array(chances, dtype=np.float64),
        np.array(recalled, dtype=np.bool_),
        np.array(days, dtype=np.int32),
        np.array(reviews, dtype=np.int32),
        np.array(lapses, dtype=np.int32),
    )


def _measured(
    chances: _Floats, recalled: _Bools, days: Ints, reviews: Ints, lapses: Ints
) -> Calibration:
    return Calibration(
        len(chances),
        _log_loss(chances, recalled),
        _rmse_bins(chances, recalled, days, reviews, lapses),
        _shelves(chances, recalled),
    )


def _log_loss(chances: _Floats, recalled: _Bools) -> float:
    given = np.where(recalled, chances, 1 - chances)
    return float(-np.log(np.maximum(given, _NEARLY)).mean())


def _rmse_bins(
    chances: _Floats, recalled: _Bools, days: Ints, reviews: Ints, lapses: Ints
) -> float:
    places = np.zeros(len(chances), dtype=np.int64)
    for numbers, step_of in (
        (days, lambda each: round(_scale(2.48, 3.62, each), 2)),
        (reviews, lambda each: round(_scale(1.99, 1.89, each))),
        (lapses, lambda each: round(_scale(1.65, 1.73, each)) if each else 0),
    ):
        steps = _steps(numbers, step_of)
        places = places * (int(steps.max()) + 1) + steps
    sizes = np.bincount(places)
    errors = np.bincount(places, weights=chances - recalled)
    held = sizes > 0
    return math.sqrt(float((errors[held] ** 2 / sizes[held]).sum()) / len(chances))


def _steps(numbers: Ints, step_of: Callable[[int], float]) -> _Longs:
    """The number, counted from 0, of the step that each of some numbers lies on."""
    different = np.flatnonzero(np.bincount(numbers))
    steps: dict[float, int] = {}
    step = np.zeros(int(different[-1]) + 1, dtype=np.int64)
    for each in different.tolist():
        step[each] = steps.setdefault(step_of(each), len(steps))
    return step[numbers]


def _scale(factor: float, base: float, value: float) -> float:
    """The lower end, times `factor`, of the step of a logarithmic scale that holds `value`."""
    return factor * base ** math.floor(math.log(value) / math.log(base))


def _shelves(chances: _Floats, recalled: _Bools) -> tuple[Shelf, ...]:
    places = np.minimum((chances * SHELVES).astype(np.int64), SHELVES - 1)
    counts = np.bincount(places, minlength=SHELVES).tolist()
    sums = np.bincount(places, weights=chances, minlength=SHELVES).tolist()
    hits = np.bincount(places, weights=recalled, minlength=SHELVES).tolist()
    return tuple(
        Shelf(sums[place] / count, hits[place] / count, count)
        for place, count in enumerate(counts)
        if count
    )
