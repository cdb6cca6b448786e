"""Use-cases about the scheduler's parameters: fit them, go back, see what fits came to.

Owns the wiring of log and fit; leaves the mathematics to `study.fitting`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from quizapp.domain.memory import ItemKind
from quizapp.domain.records import FittedRow
from quizapp.engine.base import Workplace
from quizapp.errors import Phrase, UsageError


class FittingDesk(Workplace):
    """The engine's part about parameters."""

    def optimize(
        self,
        kind: ItemKind = ItemKind.CARD,
        *,
        adopt: bool = True,
        on_step: Callable[[float], None] = lambda _share: None,
    ) -> FittedRow:
        """Fit the parameters of a kind of item to the learner's own answers.

        The latest fifth of the answers is held out. What is found is put to use from the next
        answer on if it predicts those better than the parameters in use; these are kept, too.
        Takes seconds, and half a gigabyte for torch.

        Args:
            kind: cards or exercises; each has parameters of its own.
            adopt: False to measure only; nothing is stored then.
            on_step: told how far it is, 0 to 1.

        Raises:
            UsageError: there are too few answers yet.
        """
        from quizapp.study import fitting

        histories = self.store.histories(kind)
        present = self.store.parameters(kind)
        try:
            found = fitting.fit(histories, present, on_step=on_step)
        except fitting.TooFewError as error:
            raise UsageError(
                f"quizapp optimize {kind}",
                Phrase(
                    "{count} reviews after a day or more are too few to learn from",
                    count=error.count,
                ),
                Phrase(
                    "study on until there are {fewest}; the defaults serve well until then",
                    fewest=fitting.FEWEST,
                ),
            ) from None
        row = FittedRow(
            kind,
            self.clock(),
            found.parameters,
            adopt and found.better,
            found.learned_from,
            found.before.count,
            found.before.log_loss,
            found.after.log_loss,
            found.before.rmse_bins,
            found.after.rmse_bins,
        )
        return self.store.add_fit(row) if adopt else row

    def use_defaults(self, kind: ItemKind) -> bool:
        """Go back to the parameters that suit most learners; False where they are in use."""
        if self.store.parameters(kind) is None:
            return False
        self.store.add_fit(FittedRow(kind, self.clock(), None, adopted=True))
        return True

    def fits(self, kind: ItemKind) -> Sequence[FittedRow]:
        """What all fits of a kind came to, oldest first."""
        return self.store.fits(kind)
