"""A card as it is asked. Owns this one shape, apart from `types` because every review needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from quizapp.study.parameters import draw_seed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quizapp.domain.cards import Card, Drawn
    from quizapp.domain.memory import Schedule


class Prompt(NamedTuple):
    """One card as it is asked now.

    Attributes:
        drawn: the values of a parametric card; empty for others.
        asked: how often it was asked before; the same until the card is answered.
    """

    card: Card
    schedule: Schedule
    drawn: Mapping[str, Drawn]
    asked: int

    @property
    def seed(self) -> int:
        """What the values, and the order of options, are drawn from."""
        return draw_seed(self.card.id, self.asked)
