"""FSRS-6 parameters that fit a learner. Owns the fit; the only module here that imports torch.

The formulas are those of the `fsrs` package, written over all items at once: the package's own
optimiser takes one review after the other, about 10 ms each. Ours needs seconds for 10,000 reviews.
`formulas` has them for arrays, which cannot be differentiated; tests hold all three together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from quizapp.domain.history import AnsweredOn
from quizapp.study.calibration import Calibration, Prediction, calibration

FEWEST = 200
"""Predictions that a fit needs; with fewer the prior would decide everything anyway."""

HELD_OUT = 0.2
"""Share of the predictions, the latest, that a fit is judged by and does not see."""

LONGEST_HISTORY = 200
"""Answers of one item that count; what comes after them says little new and costs time."""

# How much the parameters differ from learner to learner (standard deviations as fsrs-rs has them in
# its training code); the prior that keeps parameters few reviews speak of near their defaults.
_SPREAD = (
    6.43, 9.66, 17.58, 27.85, 0.57, 0.28, 0.6, 0.12, 0.39, 0.18, 0.33,
    0.3, 0.09, 0.16, 0.57, 0.25, 1.03, 0.31, 0.32, 0.14, 0.27,
)  # fmt: skip
_STEPS = 50
_ENOUGH = 1e-3  # nats, over all answers together
_SMALLEST_STABILITY = 0.001


Histories = Mapping[str, Sequence[AnsweredOn]]
"""Item -> its answers, oldest first."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What fitting came to.

    Attributes:
        parameters: the 21 that were found.
        learned_from: predictions that they were fitted to.
        before: of the held-out predictions, with the parameters in use so far.
        after: the same with those found.
    """

    parameters: tuple[float, ...]
    learned_from: int
    before: Calibration
    after: Calibration

    @property
    def better(self) -> bool:
        """Whether the parameters found predict what they have not seen better."""
        return self.after.log_loss < self.before.log_loss


class TooFewError(ValueError):
    """There is not enough to learn from; `count` says how much there is."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} predictions; {FEWEST} are needed")
        self.count = count


def fit(
    histories: Histories,
    present: Sequence[float] | None = None,
    *,
    on_step: Callable[[float], None] = lambda _share: None,
) -> Fit:
    """Find the parameters under which the answers are likeliest, given how learners differ.

    Maximum a posteriori: log loss of the earlier answers plus a Gaussian prior around the defaults,
    by L-BFGS over all of them at once. Deterministic.

    Args:
        histories: answers to learn from.
        present: the parameters in use; the package's defaults when None.
        on_step: told how far it is, 0 to 1.

    Raises:
        TooFewError: fewer than `FEWEST` answers are predictions (the first answer of an item and
            those on the day of the last one are none).
    """
    answers = _Answers(histories)
    if answers.predictions < FEWEST:
        raise TooFewError(answers.predictions)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the tensors are small: more threads only wait for each other
    try:
        found = _descend(answers, on_step)
    finally:
        torch.set_num_threads(threads)
    used = tuple(present or DEFAULT_PARAMETERS)
    before, after = answers.held_out(used), answers.held_out(found)
    return Fit(found, answers.predictions - after.count, before, after)


def predictions(
    histories: Histories, parameters: Sequence[float] = DEFAULT_PARAMETERS
) -> list[Prediction]:
    """What `parameters` predict for each answer that is a prediction, in order of time."""
    return _Answers(histories).predicted(parameters)


def _descend(answers: _Answers, on_step: Callable[[float], None]) -> tuple[float, ...]:
    start = torch.tensor(DEFAULT_PARAMETERS, dtype=torch.float64)
    spread = torch.tensor(_SPREAD, dtype=torch.float64)
    low = torch.tensor(LOWER_BOUNDS_PARAMETERS, dtype=torch.float64)
    high = torch.tensor(UPPER_BOUNDS_PARAMETERS, dtype=torch.float64)
    # In units of the spread, so that one step size suits all; outside the bounds only the prior
    # pulls, back inside.
    moved = torch.zeros_like(start, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [moved], max_iter=_STEPS, tolerance_change=_ENOUGH, line_search_fn="strong_wolfe"
    )
    steps = 0

    def weigh() -> torch.Tensor:
        nonlocal steps
        steps += 1
        on_step(min(1.0, steps / _STEPS))
        optimizer.zero_grad()
        weights = (start + moved * spread).clamp(low, high)
        loss = answers.loss(weights) + 0.5 * (moved**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(weigh)  # type: ignore[no-untyped-call]
    found = (start + moved.detach() * spread).clamp(low, high)
    return tuple(found.tolist())


class _Answers:
    """Histories as tensors, one per repetition, longest histories first.

    Repetition t of all items that have so many is one slice, so no padding is computed.
    """

    def __init__(self, histories: Histories) -> None:
        rows = sorted((row[:LONGEST_HISTORY] for row in histories.values() if row), key=len)[::-1]
        self._ratings: list[torch.Tensor] = []
        self._days: list[torch.Tensor] = []
        self._when: list[tuple[int, int, int]] = []  # (day, repetition, row) of predictions
        self._lapses: list[list[int]] = []
        lapses = [0] * len(rows)
        for turn in range(len(rows[0]) if rows else 0):
            alive = [row for row in rows if len(row) > turn]
            gaps = [(row[turn].day - row[turn - 1].day).days if turn else 0 for row in alive]
            self._ratings.append(torch.tensor([row[turn].rating for row in alive]))
            self._days.append(torch.tensor(gaps, dtype=torch.float64).clamp_(min=0))
            self._lapses.append(lapses[: len(alive)])
            self._when += [
                (row[turn].day.toordinal(), turn, place)
                for place, row in enumerate(alive)
                if gaps[place] > 0 and not row[turn].credit
            ]
            lapses = [
                count + (row[turn].rating == 1) for count, row in zip(lapses, alive, strict=False)
            ]
        self._when.sort()
        self.predictions = len(self._when)
        self._first_held_out = self.predictions - int(self.predictions * HELD_OUT)
        self._masks = self._masks_of(self._when[: self._first_held_out])

    def loss(self, weights: torch.Tensor) -> torch.Tensor:
        """Sum of log loss over the predictions to learn from; a scalar."""
        total = weights.new_zeros(())
        for chance, ratings, mask in zip(
            self._chances(weights), self._ratings, self._masks, strict=True
        ):
            if mask.any():
                recalled = (ratings[mask] > 1).to(chance.dtype)
                given = chance[mask].clamp(1e-6, 1 - 1e-6)
                total = total + torch.nn.functional.binary_cross_entropy(
                    given, recalled, reduction="sum"
                )
        return total

    def predicted(self, parameters: Sequence[float], first: int = 0) -> list[Prediction]:
        """All predictions from number `first` on, in order of time."""
        with torch.no_grad():
            weights = torch.tensor(parameters, dtype=torch.float64)
            chances = [chance.tolist() for chance in self._chances(weights)]
        days = [gaps.long().tolist() for gaps in self._days]
        ratings = [rating.tolist() for rating in self._ratings]
        return [
            Prediction(
                chances[turn][place],
                ratings[turn][place] > 1,
                days[turn][place],
                turn + 1,
                self._lapses[turn][place],
            )
            for _, turn, place in self._when[first:]
        ]

    def held_out(self, parameters: Sequence[float]) -> Calibration:
        """How well `parameters` predict the latest answers."""
        measured = calibration(self.predicted(parameters, self._first_held_out))
        assert measured is not None
        return measured

    def _masks_of(self, chosen: Sequence[tuple[int, int, int]]) -> list[torch.Tensor]:
        masks = [torch.zeros(len(ratings), dtype=torch.bool) for ratings in self._ratings]
        for _, turn, place in chosen:
            masks[turn][place] = True
        return masks

    def _chances(self, weights: torch.Tensor) -> list[torch.Tensor]:
        """Chance of recall before each answer, a tensor for each repetition; ones at the first."""
        chances = []
        stability = difficulty = weights.new_ones(0)
        decay = -weights[20]
        factor = 0.9 ** (1 / decay) - 1
        for turn, (ratings, days) in enumerate(zip(self._ratings, self._days, strict=True)):
            if turn == 0:
                chances.append(torch.ones_like(days))
                stability = weights[ratings - 1].clamp(min=_SMALLEST_STABILITY)
                difficulty = _first_difficulty(weights, ratings).clamp(1, 10)
                continue
            stability, difficulty = stability[: len(ratings)], difficulty[: len(ratings)]
            chance = (1 + factor * days / stability) ** decay
            chances.append(chance)
            stability = torch.where(
                days > 0,
                torch.where(
                    ratings > 1,
                    _after_recall(weights, stability, difficulty, chance, ratings),
                    _after_lapse(weights, stability, difficulty, chance),
                ),
                _same_day(weights, stability, ratings),
            ).clamp(min=_SMALLEST_STABILITY)
            difficulty = _next_difficulty(weights, difficulty, ratings)
        return chances


# The formulas of FSRS-6 (https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm).
# All take tensors of one shape, (items,), and the 21 weights.


def _first_difficulty(weights: torch.Tensor, ratings: torch.Tensor) -> torch.Tensor:
    return weights[4] - torch.exp(weights[5] * (ratings - 1)) + 1


def _next_difficulty(
    weights: torch.Tensor, difficulty: torch.Tensor, ratings: torch.Tensor
) -> torch.Tensor:
    easy = _first_difficulty(weights, torch.tensor(4))
    change = -weights[6] * (ratings - 3)
    damped = difficulty + (10 - difficulty) * change / 9
    return (weights[7] * easy + (1 - weights[7]) * damped).clamp(1, 10)


def _same_day(
    weights: torch.Tensor, stability: torch.Tensor, ratings: torch.Tensor
) -> torch.Tensor:
    growth = torch.exp(weights[17] * (ratings - 3 + weights[18])) * stability ** -weights[19]
    return stability * torch.where(ratings > 1, growth.clamp(min=1), growth)


def _after_recall(
    weights: torch.Tensor,
    stability: torch.Tensor,
    difficulty: torch.Tensor,
    chance: torch.Tensor,
    ratings: torch.Tensor,
) -> torch.Tensor:
    one = weights.new_ones(())
    hard = torch.where(ratings == 2, weights[15], one)
    easy = torch.where(ratings == 4, weights[16], one)
    growth = (
        torch.exp(weights[8])
        * (11 - difficulty)
        * stability ** -weights[9]
        * (torch.exp((1 - chance) * weights[10]) - 1)
    )
    return stability * (1 + growth * hard * easy)


def _after_lapse(
    weights: torch.Tensor,
    stability: torch.Tensor,
    difficulty: torch.Tensor,
    chance: torch.Tensor,
) -> torch.Tensor:
    forgotten = (
        weights[11]
        * difficulty ** -weights[12]
        * ((stability + 1) ** weights[13] - 1)
        * torch.exp((1 - chance) * weights[14])
    )
    return torch.minimum(forgotten, stability / torch.exp(weights[17] * weights[18]))
