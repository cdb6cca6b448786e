"""The use-case of studying on for months and years without doing so. Changes nothing.

Owns what a simulation begins with: the learner's memories, settings, parameters and habits. Leaves
simulating to `study.simulation`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizapp.domain.history import DailyLimits
from quizapp.domain.memory import ItemKind
from quizapp.engine.base import Workplace
from quizapp.errors import Phrase, UsageError, as_phrase
from quizapp.study.queue import in_random_order
from quizapp.study.settings import (
    HIGHEST_RETENTION,
    LOWEST_RETENTION,
    SPECS,
    LeechAction,
    NewOrder,
    kept,
)

if TYPE_CHECKING:
    from quizapp.study.outset import Deck, Rules
    from quizapp.study.simulation import Outcome

YEAR = 365
MOST_DAYS = 3650
SHOWN = (0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
"""Desired retentions that are told of when none are asked for."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """What studying on comes to.

    Attributes:
        days: simulated, today included.
        cards: in memory to begin with.
        new: cards of the course that were never answered.
        limits: of a study day, as simulated.
        known: cards that would be recalled now.
        left_alone: cards that would be recalled at the end without any study.
        present: the desired retention in use.
        cheapest: the one with the fewest minutes for a card known at the end; None where none is.
        answers: of the learner's, that buttons and seconds are learned from.
        fitted: whether the parameters are the learner's own.
        asked: the retentions that were asked for, and the one in use unless some were named.
        outcomes: of all that were simulated, rising.
    """

    days: int
    cards: int
    new: int
    limits: DailyLimits
    known: float
    left_alone: float
    present: float
    cheapest: float | None
    answers: int
    fitted: bool
    asked: tuple[float, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def rows(self) -> tuple[Outcome, ...]:
        """The outcomes of what was asked for and of the cheapest, rising."""
        wanted = {*self.asked, self.cheapest}
        return tuple(each for each in self.outcomes if each.retention in wanted)


class SimulatingDesk(Workplace):
    """The engine's part about what studying on would come to."""

    def simulate(
        self,
        days: int = YEAR,
        retentions: Sequence[float] = (),
        *,
        new_per_day: int | None = None,
        on_step: Callable[[float], None] = lambda _share: None,
    ) -> Simulated:
        """Study on for some days, at several desired retentions; nothing is changed.

        Safe to be called on another thread. Takes seconds: some 0.3 for a retention, a year and
        10,000 cards.

        Args:
            days: 1 to 3650.
            retentions: 0.7 to 0.99; when empty, `SHOWN`, the one in use, and those that it takes
                to find the cheapest.
            new_per_day: new cards a day; as it is set when None.
            on_step: told how far it is, 0 to 1. What it raises ends it.

        Raises:
            UsageError: an argument is out of range.
        """
        from quizapp.study import simulation
        from quizapp.study.behaviour import behaviour

        limits = self._limits(days, retentions, new_per_day)
        fitted = self.store.parameters(ItemKind.CARD)
        parameters = self.scheduler.parameters(ItemKind.CARD)
        deck, rules = self._outset(), self._rules(limits)
        habits = behaviour(self.store.facts(self._cache).answers)

        # The search runs twice: for many retentions, then for a few around the best of them.
        shares = iter([(0.0, 1.0)] if retentions else [(0.0, 0.8), (0.8, 1.0)])

        def run(some: Sequence[float]) -> Sequence[Outcome]:
            begin, end = next(shares)
            return simulation.simulate(
                deck,
                some,
                days,
                parameters,
                rules,
                habits=habits,
                on_step=lambda share: on_step(begin + share * (end - begin)),
            )

        present = self.settings.desired_retention
        asked = tuple(sorted(set(retentions or (*SHOWN, present))))
        outcomes = tuple(run(asked)) if retentions else simulation.search(run, asked)
        best = simulation.cheapest(outcomes)
        return Simulated(
            days=days,
            cards=len(deck.due),
            new=len(deck.new),
            limits=limits,
            known=simulation.left_alone(deck, 0, parameters),
            left_alone=simulation.left_alone(deck, days, parameters),
            present=present,
            cheapest=best.retention if best else None,
            answers=habits.answers,
            fitted=fitted is not None,
            asked=asked,
            outcomes=outcomes,
        )

    def _limits(
        self, days: int, retentions: Sequence[float], new_per_day: int | None
    ) -> DailyLimits:
        """The limits of a day, once all arguments are seen to be in range."""
        if not 1 <= days <= MOST_DAYS:
            raise UsageError(
                "days",
                Phrase("{days} days cannot be simulated", days=days),
                Phrase("use 1 to {most_days} days", most_days=MOST_DAYS),
            )
        for each in retentions:
            if not LOWEST_RETENTION <= each <= HIGHEST_RETENTION:
                raise UsageError(
                    "retention",
                    Phrase("{each:g} is out of range", each=each),
                    Phrase(
                        "use {lowest_retention} to {highest_retention}",
                        lowest_retention=LOWEST_RETENTION,
                        highest_retention=HIGHEST_RETENTION,
                    ),
                )
        if new_per_day is None:
            return self.limits
        spec = SPECS["new_per_day"]
        try:
            return DailyLimits(int(kept(spec, str(new_per_day))), self.limits.reviews)
        except ValueError as error:
            raise UsageError(
                "new cards a day", str(error), Phrase("use {form}", form=as_phrase(spec.form))
            ) from None

    def _rules(self, limits: DailyLimits) -> Rules:
        from quizapp.study.outset import Rules

        settings = self.settings
        suspends = settings.leech_action is LeechAction.SUSPEND
        return Rules(
            limits,
            self.store.answered_on(self.today()),
            len(settings.learning_steps),
            len(settings.relearning_steps),
            settings.longest_interval,
            settings.new_wait_for_backlog,
            settings.leech_lapses if suspends else 0,
        )

    def _outset(self) -> Deck:
        """The learner's memories of today, and the course's cards without any."""
        from quizapp.study.columns import StandingColumns
        from quizapp.study.outset import of_course

        settings = self.settings
        topic_of = self.topics_of_cards()
        own = {
            card: settings.retention_of[topic]
            for card, topic in (topic_of.items() if settings.retention_of else ())
            if topic in settings.retention_of
        }
        cards = list(topic_of)
        if settings.new_order is NewOrder.RANDOM:
            cards = in_random_order(cards, settings.new_seed)
        standings = StandingColumns.of(self.store.standings())
        return of_course(standings, cards, self.today(), own)
