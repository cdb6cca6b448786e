"""What a simulation begins with. Owns its cards and rules as data; leaves the days to `world`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import compress, repeat
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from quizapp.domain.history import DailyLimits, DayCounts
from quizapp.domain.standings import NEW, NO_DAY, NO_MEMORY
from quizapp.study.columns import StandingColumns
from quizapp.study.formulas import Floats

_Number = TypeVar("_Number", bound=np.generic)
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


def of_course(
    standings: StandingColumns, cards: Sequence[str], today: date, own: Mapping[str, float]
) -> Deck:
    """The deck of a learner: what is known of the course's cards, and those that are new.

    Args:
        standings: of all cards, also of such as the course has no more; suspended ones are left
            out.
        cards: ids of the course's, in the order in which new ones are introduced.
        today: the study day.
        own: card -> desired retention of its own, where it has one.
    """
    first, there = today.toordinal(), frozenset(cards)
    met = standings.phases != NEW
    of_course = np.fromiter((item in there for item in standings.items), np.bool_, len(standings))
    known = standings.only(met & ~standings.suspended & of_course)
    taken = frozenset(compress(standings.items, (met | standings.suspended).tolist()))
    new = [card for card in cards if card not in taken]
    return Deck(
        phases=known.phases.astype(np.int8),
        stabilities=_or(known.stabilities, NO_MEMORY, 1.0),
        difficulties=_or(known.difficulties, NO_MEMORY, 5.0),
        last=np.minimum(0, _or(known.lasts, NO_DAY, first) - first).astype(np.int32),
        due=(_or(known.dues, NO_DAY, first) - first).astype(np.int32),
        lapses=known.lapses.astype(np.int32),
        own=_retentions(known.items, own),
        new=_retentions(new, own),
    )


def _or(column: npt.NDArray[_Number], nothing: float, instead: float) -> npt.NDArray[_Number]:
    """A column with `instead` where it holds what stands for nothing."""
    return np.where(column == nothing, column.dtype.type(instead), column)


def _retentions(cards: Sequence[str], own: Mapping[str, float]) -> Floats:
    return np.fromiter(map(own.get, cards, repeat(float("nan"))), np.float64, len(cards))
