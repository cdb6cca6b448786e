"""How far the cards of each deck are. Owns what a card counts as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quizapp.domain.history import MATURE_DAYS
from quizapp.domain.standings import NEW, REVIEW
from quizapp.study.columns import StandingColumns

_NEW, _LEARNING, _YOUNG, _MATURE, _SUSPENDED = range(5)  # in the order of `DeckProgress`
_STAGES = 5


@dataclass(frozen=True, slots=True)
class DeckProgress:
    """How far the cards of one deck are. Suspended cards are counted as suspended only."""

    topic: str
    cards: int
    new: int
    learning: int
    young: int
    mature: int
    suspended: int


def deck_progress(
    sizes: Mapping[str, int], places: npt.NDArray[np.int64], standings: StandingColumns
) -> tuple[DeckProgress, ...]:
    """How far each deck is.

    Args:
        sizes: topic -> how many cards it has.
        places: into `sizes`, the deck of each of `standings`; -1 for a card of no such deck.
        standings: of the cards that have a schedule; others are new.
    """
    cells = (places + 1) * _STAGES + _stages(standings)
    counts = np.bincount(cells, minlength=(len(sizes) + 1) * _STAGES).reshape(-1, _STAGES)
    met = counts[1:, _LEARNING:]
    rows = zip(sizes.items(), met.sum(axis=1).tolist(), met.tolist(), strict=True)
    return tuple(
        DeckProgress(topic, cards, cards - known, *of_deck)
        for (topic, cards), known, of_deck in rows
    )


def _stages(standings: StandingColumns) -> npt.NDArray[np.int64]:
    """What each card counts as; one that has a schedule may be new, too."""
    phases = standings.phases
    told = [
        (standings.suspended, _SUSPENDED),
        (phases == NEW, _NEW),
        (phases != REVIEW, _LEARNING),
        (standings.stabilities < MATURE_DAYS, _YOUNG),
    ]
    return np.select([rows for rows, _ in told], [stage for _, stage in told], _MATURE)
