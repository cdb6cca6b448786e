"""Fitting the scheduler in the background. Owns how far it is; leaves what came of it to be told.

Hidden while nothing is fitted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.message import Message
from textual.widgets import Static

from quizapp.errors import QuizappError
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.domain.memory import ItemKind
    from quizapp.domain.records import FittedRow
    from quizapp.engine import Engine


class FitLine(Static):
    """A line that says how far a fit has come."""

    class Fitting(Message):
        """The fit has come this far, 0 to 1."""

        def __init__(self, share: float) -> None:
            super().__init__()
            self.share = share

    class Fitted(Message):
        """The fit is over: what came of it, or why it could not be."""

        def __init__(self, row: FittedRow | None, error: QuizappError | None = None) -> None:
            super().__init__()
            self.row = row
            self.error = error

    def __init__(self, engine: Engine, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._engine = engine
        self._fitting = False

    def begin(self, kind: ItemKind) -> bool:
        """Fit the parameters of a kind; False while a fit is still running."""
        if self._fitting:
            return False
        self._fitting = self.display = True
        self.update(say("Loading torch…"))
        self._run(kind)
        return True

    @work(thread=True, group="fit")
    def _run(self, kind: ItemKind) -> None:
        try:
            row = self._engine.optimize(
                kind, on_step=lambda share: _ignore(self.post_message(self.Fitting(share)))
            )
        except QuizappError as error:
            self.post_message(self.Fitted(None, error))
        else:
            self.post_message(self.Fitted(row))

    @on(Fitting)
    def _show(self, event: Fitting) -> None:
        event.stop()
        self.update(say("Fitting: {percent} %", percent=f"{100 * event.share:.0f}"))

    @on(Fitted)
    def _end(self) -> None:
        self._fitting = self.display = False


def _ignore(_done: bool) -> None:
    """For a callback that gives nothing back."""
