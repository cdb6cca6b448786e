"""Studying on for months and years at several desired retentions. Owns what each comes to.

After the simulator and the "minimum recommended retention" of the FSRS project (fsrs-rs, and
Anki's simulator, which is made from it): day by day, every card that is due is answered, recalled
with the chance that its memory gives, rated as the learner rates, and scheduled anew; the cheapest
retention is the one that costs the fewest minutes for each card known at the end. Where there are
few cards, several learners with other luck are simulated, and the mean of them is told.

Leaves the days to `world`, formulas to `formulas` and habits to `behaviour`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quizapp.study.behaviour import AVERAGE, Behaviour
from quizapp.study.formulas import Floats, Formulas
from quizapp.study.outset import Deck, Rules
from quizapp.study.world import MOST_LEARNERS, Did, World

LOWEST, HIGHEST = 70, 97
"""Per cent: the desired retentions between which the cheapest is looked for."""

_SETTLED = 2_000
"""Cards from which on one learner is enough; below, there are up to `MOST_LEARNERS`."""
_AT_ONCE = 1_000_000
"""Cards that are simulated side by side; more retentions come one after the other."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one desired retention comes to; means over the simulated learners.

    Attributes:
        retention: the one that is desired.
        reviews: answers to cards in phase REVIEW, in all.
        new: cards introduced.
        answers: all answers, learning steps included.
        minutes: spent on these.
        known: cards that would be recalled at the end: the sum of their chances.
        waiting: reviews that were due on the last day and did not fit into its limit.
        minutes_by_day: of each day.
        most_reviews, most_new: on one day, of any simulated learner.
    """

    retention: float
    reviews: float
    new: float
    answers: float
    minutes: float
    known: float
    waiting: float
    minutes_by_day: tuple[float, ...]
    most_reviews: int
    most_new: int

    @property
    def reviews_a_day(self) -> float:
        """Mean over the days."""
        return self.reviews / len(self.minutes_by_day)

    @property
    def minutes_a_day(self) -> float:
        """Mean over the days."""
        return self.minutes / len(self.minutes_by_day)

    @property
    def minutes_per_known(self) -> float | None:
        """What a card known at the end has cost; None where none is known."""
        return self.minutes / self.known if self.known else None

    def minutes_per_more(self, than: Outcome) -> float | None:
        """What each card costs that is known more `than` there; None where it is not even one."""
        more = self.known - than.known
        return (self.minutes - than.minutes) / more if more >= 1 else None


def simulate(
    deck: Deck,
    retentions: Sequence[float],
    days: int,
    parameters: Sequence[float],
    rules: Rules,
    *,
    habits: Behaviour = AVERAGE,
    seed: int = 0,
    on_step: Callable[[float], None] = lambda _share: None,
) -> tuple[Outcome, ...]:
    """Study on for some days at each of the desired retentions.

    Args:
        deck: what there is.
        retentions: above 0, below 1.
        days: 1 or more; the first is today.
        parameters: the 21 of FSRS-6.
        rules: limits, steps and the like.
        habits: how the learner answers.
        seed: of all chance.
        on_step: told how far it is, 0 to 1, some times a second; what it raises ends it.
    """
    most_new = min(len(deck.new), max(0, rules.limits.new) * days)
    cards = max(1, len(deck.due) + most_new)
    learners = min(MOST_LEARNERS, max(1, _SETTLED // cards))
    together = max(1, _AT_ONCE // (cards * learners))
    formulas = Formulas(parameters)
    parts = [retentions[at : at + together] for at in range(0, len(retentions), together)]
    outcomes: list[Outcome] = []
    for number, part in enumerate(parts):
        world = World(
            deck,
            formulas.span(np.asarray(part, dtype=np.float64)),
            new=most_new,
            learners=learners,
            formulas=formulas,
            rules=rules,
            habits=habits,
            seed=seed,
        )
        diary = _Diary(len(part) * learners, days)
        for day in range(days):
            if day % 16 == 0:
                on_step((number + day / days) / len(parts))
            diary.write(day, world.study(day))
        outcomes += diary.outcomes(part, world.known(days), world.waiting(days))
    on_step(1.0)
    return tuple(outcomes)


def search(
    run: Callable[[Sequence[float]], Sequence[Outcome]], also: Sequence[float] = ()
) -> tuple[Outcome, ...]:
    """Outcomes from 0.70 to 0.97, rising, with the cheapest of whole per cents among them.

    Every third per cent first, then what lies around the best of these.

    Args:
        run: simulates some retentions; see `simulate`.
        also: retentions that are wanted besides.
    """
    steps = {step / 100 for step in range(LOWEST, HIGHEST + 1, 3)}
    found = {each.retention: each for each in run(sorted(steps | set(also)))}
    best = cheapest([found[step] for step in sorted(steps)])
    if best is not None:
        middle = round(100 * best.retention)
        near = range(max(LOWEST, middle - 2), min(HIGHEST, middle + 2) + 1)
        more = [step / 100 for step in near if step / 100 not in found]
        found |= {each.retention: each for each in run(more)}
    return tuple(found[retention] for retention in sorted(found))


def cheapest(outcomes: Sequence[Outcome]) -> Outcome | None:
    """The one with the fewest minutes for a card known at the end; None where none is known."""
    priced = [each for each in outcomes if each.minutes_per_known is not None]
    return min(priced, key=lambda each: each.minutes_per_known or 0.0, default=None)


def left_alone(deck: Deck, days: int, parameters: Sequence[float]) -> float:
    """How many cards would be recalled after some days without any study."""
    formulas = Formulas(parameters)
    return float(formulas.recall(days - deck.last, deck.stabilities).sum())


class _Diary:
    """What was done on each day, of each row."""

    def __init__(self, rows: int, days: int) -> None:
        self.seconds = np.zeros((days, rows))
        self.answers = np.zeros(rows)
        self.reviews = np.zeros((days, rows), dtype=np.int64)
        self.new = np.zeros((days, rows), dtype=np.int64)

    def write(self, day: int, did: Did) -> None:
        """Keep what a day came to."""
        self.seconds[day], self.reviews[day], self.new[day] = did.seconds, did.reviews, did.new
        self.answers += did.answers

    def outcomes(
        self, retentions: Sequence[float], known: Floats, waiting: npt.NDArray[np.int64]
    ) -> list[Outcome]:
        """The means of each retention's learners."""
        found = []
        learners = self.answers.size // len(retentions)
        for place, retention in enumerate(retentions):
            rows = slice(place * learners, (place + 1) * learners)
            minutes = self.seconds[:, rows].mean(axis=1) / 60
            found.append(
                Outcome(
                    retention,
                    float(self.reviews[:, rows].sum() / learners),
                    float(self.new[:, rows].sum() / learners),
                    float(self.answers[rows].mean()),
                    float(minutes.sum()),
                    float(known[rows].mean()),
                    float(waiting[rows].mean()),
                    tuple(minutes.tolist()),
                    int(self.reviews[:, rows].max(initial=0)),
                    int(self.new[:, rows].max(initial=0)),
                )
            )
        return found
