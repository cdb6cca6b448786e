"""A card as it is asked. Owns this one shape, apart from `types` because every review needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quizapp.domain.cards import Card, Drawn
    from quizapp.domain.memory import Schedule


@dataclass(frozen=True, slots=True)
class Prompt:
    """One card as it is asked now.

    Attributes:
        drawn: the values of a parametric card; empty for others.
        seed: what they were drawn from; the same until the card is answered.
    """

    card: Card
    schedule: Schedule
    drawn: Mapping[str, Drawn]
    seed: int
