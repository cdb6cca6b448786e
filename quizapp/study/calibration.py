"""How well predictions of recall came true. Owns the measures; leaves predicting to others.

A prediction is a chance of recall, made before an answer; the outcome is whether the answer was
anything but AGAIN. Answers on the day of the last one are no evidence and are left out by whoever
collects predictions, as FSRS does.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

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


def chance_of_recall(days: float, stability: float, decay: float) -> float:
    """FSRS-6's forgetting curve.

    Args:
        days: since the last answer.
        stability: days after which the chance is 90 %.
        decay: the 21st parameter, how flat the curve ends; 0.1 to 0.8.
    """
    factor = 0.9 ** (-1 / decay) - 1
    return float((1 + factor * days / stability) ** -decay)


def calibration(predictions: Iterable[Prediction]) -> Calibration | None:
    """The measures of some predictions; None without any."""
    found = list(predictions)
    if not found:
        return None
    return Calibration(len(found), log_loss(found), rmse_bins(found), _shelves(found))


def log_loss(predictions: Sequence[Prediction]) -> float:
    """Mean of -ln(chance given to what happened), in nats."""
    total = 0.0
    for each in predictions:
        chance = each.chance if each.recalled else 1 - each.chance
        total -= math.log(max(chance, _NEARLY))
    return total / len(predictions)


def rmse_bins(predictions: Iterable[Prediction]) -> float:
    """Root mean square error over bins of like reviews, weighted by their size; 0 is perfect.

    Bins are those of the metric "RMSE (bins)" of the FSRS benchmark: interval, number of reviews
    and number of lapses, each on a logarithmic scale
    (https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Metric).
    """
    bins: dict[tuple[float, float, float], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for each in predictions:
        key = (
            round(_scale(2.48, 3.62, each.days), 2),
            round(_scale(1.99, 1.89, each.reviews)),
            round(_scale(1.65, 1.73, each.lapses)) if each.lapses else 0,
        )
        sums = bins[key]
        sums[0] += each.chance
        sums[1] += each.recalled
        sums[2] += 1
    total = sum(count for _, _, count in bins.values())
    squares = sum((chance - recalled) ** 2 / count for chance, recalled, count in bins.values())
    return math.sqrt(squares / total)


@cache  # few values, each 100,000 times
def _scale(factor: float, base: float, value: float) -> float:
    """The lower end, times `factor`, of the step of a logarithmic scale that holds `value`."""
    return factor * base ** math.floor(math.log(value) / math.log(base))


def _shelves(predictions: Iterable[Prediction]) -> tuple[Shelf, ...]:
    sums: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for each in predictions:
        sums_of = sums[min(SHELVES - 1, int(each.chance * SHELVES))]
        sums_of[0] += each.chance
        sums_of[1] += each.recalled
        sums_of[2] += 1
    return tuple(
        Shelf(chance / count, recalled / count, int(count))
        for _, (chance, recalled, count) in sorted(sums.items())
    )
