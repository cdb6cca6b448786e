"""What a simulation begins with. Owns its cards and rules as data; leaves the days to `world`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from quizapp.domain.history import DailyLimits, DayCounts, Standing
from quizapp.domain.memory import Phase
from quizapp.study.formulas import Floats

NEW, LEARNING, REVIEW, RELEARNING = range(4)
"""Phases of cards, as columns hold them."""

_PHASES = {Phase.LEARNING: LEARNING, Phase.REVIEW: REVIEW, Phase.RELEARNING: RELEARNING}

_Columns = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Deck:
    """Cards to begin with, as columns of one length; days are counted from today, which is 0.

    Attributes:
        phases: LEARNING, REVIEW or RELEARNING; cards in a step begin with the first.
        stabilities, difficulties: of their memories.
        last: day of the last answer, 0 or less.
        due: day on which they come up; may lie in the past.
        lapses: so far.
        own: desired retention of their own; NaN where the general one holds.
        new: of each new card, in the order in which they are introduced, the same.
    """

    phases: npt.NDArray[np.int8]
    stabilities: Floats
    difficulties: Floats
    last: _Columns
    due: _Columns
    lapses: _Columns
    own: Floats
    new: Floats


@dataclass(frozen=True, slots=True)
class Rules:
    """What studying is bound to.

    Attributes:
        limits: of a study day.
        done: what of today's has been used.
        steps, relearning_steps: how many there are.
        longest: interval in days.
        wait: whether no new card comes while more reviews are due than a day takes.
        suspend_at: lapses at which a card is suspended, and whenever half as many have been added;
            0 for never.
        fuzz: whether intervals are spread as the scheduler spreads them.
    """

    limits: DailyLimits
    done: DayCounts = field(default_factory=DayCounts)
    steps: int = 2
    relearning_steps: int = 1
    longest: int = 36_500
    wait: bool = False
    suspend_at: int = 0
    fuzz: bool = True


def of_standings(
    known: Sequence[Standing], new: Sequence[str], today: date, own: Mapping[str, float]
) -> Deck:
    """The deck of a learner.

    Args:
        known: cards that have a memory and are studied.
        new: ids of cards that have none, in the order in which they are introduced.
        today: the study day.
        own: card -> desired retention of its own, where it has one.
    """
    nothing, first = float("nan"), today.toordinal()
    last = [min(0, (each.last or first) - first) for each in known]
    due = [(each.due or first) - first for each in known]
    return Deck(
        phases=np.array([_PHASES[each.phase] for each in known], dtype=np.int8),
        stabilities=np.array([each.stability or 1.0 for each in known], dtype=np.float64),
        difficulties=np.array([each.difficulty or 5.0 for each in known], dtype=np.float64),
        last=np.array(last, dtype=np.int32),
        due=np.array(due, dtype=np.int32),
        lapses=np.array([each.lapses for each in known], dtype=np.int32),
        own=np.array([own.get(each.item, nothing) for each in known], dtype=np.float64),
        new=np.array([own.get(card, nothing) for card in new], dtype=np.float64),
    )
