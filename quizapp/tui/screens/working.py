"""Something slow that a screen does once: in a thread, with a sign of life.

Owns that keys pressed meanwhile wait, and act afterwards in their order: what is typed while a card
is saved belongs to the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from textual import on, work
from textual.message import Message
from textual.timer import Timer

from quizapp.errors import QuizappError
from quizapp.tui.screens.base import Activity
from quizapp.tui.widgets.meters import Waiting

Result = TypeVar("Result")

_SHOW_AFTER_S = 0.15
"""Most deeds are done by then; a sign that flashes up tells nothing."""


class Working(Activity):
    """A screen with a `Waiting` named `#working`."""

    busy = False
    _sign: Timer | None = None

    class Done(Message):
        """What was to be done is done, or failed."""

        def __init__(self, then: Callable[[], None]) -> None:
            super().__init__()
            self.then = then

    def do(
        self,
        deed: Callable[[], Result],
        then: Callable[[Result], None],
        failed: Callable[[QuizappError], None],
        sentence: str,
    ) -> None:
        """Do `deed` in a thread; keys wait until `then`, or `failed`, has shown what came of it.

        Args:
            deed: raises a `QuizappError` when it cannot be done.
            then: shows its result.
            failed: tells its error.
            sentence: is shown meanwhile.
        """
        self.busy = True
        self.quiz.hold_keys()
        waiting = self.query_one("#working", Waiting)
        self._sign = self.set_timer(_SHOW_AFTER_S, partial(waiting.start, sentence))
        self.refresh_bindings()
        self._work(deed, then, failed)

    @work(thread=True, exclusive=True, group="working")
    def _work(
        self,
        deed: Callable[[], Result],
        then: Callable[[Result], None],
        failed: Callable[[QuizappError], None],
    ) -> None:
        try:
            result = deed()
        except QuizappError as error:
            self.post_message(self.Done(partial(failed, error)))
        else:
            self.post_message(self.Done(partial(then, result)))

    @on(Done)
    def _done(self, event: Done) -> None:
        self.busy = False
        if self._sign is not None:
            self._sign.stop()
        self.query_one("#working", Waiting).stop()
        try:
            event.then()
        finally:
            self.quiz.let_keys_go()
            self.refresh_bindings()
