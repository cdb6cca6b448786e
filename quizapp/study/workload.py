"""How much reviewing a desired retention asks for. Owns the estimate; leaves scheduling alone.

A card whose memory has stability S comes back when its chance of recall has fallen to the desired
retention r. FSRS-6's forgetting curve says when that is (see `curve`); were
all memories to stay as they are, the cards would ask for the sum of one through these days, a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from quizapp.domain.history import Standing
from quizapp.domain.memory import Phase
from quizapp.study import curve


def days_until(retention: float, stability: float, decay: float) -> float:
    """Days until the chance of recall has fallen to `retention`.

    Args:
        retention: above 0, below 1.
        stability: days until it has fallen to 0.9.
        decay: of the forgetting curve, 0.1 to 0.8.
    """
    return stability * curve.span(retention, decay)


def reviews_a_day(
    standings: Iterable[Standing],
    retentions: Sequence[float],
    decay: float,
    longest_interval: int,
) -> tuple[float, ...]:
    """Reviews a day that the cards in review ask for at each of `retentions`.

    Args:
        standings: of cards; suspended ones do not count.
        retentions: above 0, below 1.
        decay: of the forgetting curve.
        longest_interval: days.
    """
    stabilities = [
        each.stability
        for each in standings
        if each.phase is Phase.REVIEW and each.stability is not None and not each.suspended
    ]
    return tuple(
        sum(1 / min(max(1.0, span * each), longest_interval) for each in stabilities)
        for span in (days_until(retention, 1.0, decay) for retention in retentions)
    )
