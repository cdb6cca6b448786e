"""The start of the app while there is nothing to show: decks are read, data upgraded or copied.

Owns doing that in a thread, and giving it up. Where it is quick, nothing of this is seen. Leaves
the work to the engine, and the screen meanwhile to `waiting`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from quizapp.domain.text import Language
from quizapp.progress import Progress
from quizapp.tui.words import speak

if TYPE_CHECKING:
    from quizapp.engine import Engine

_PATIENCE_S = 0.4
_PARTING_S = 2.0
"""How long leaving waits for the work to stop; it can be killed at any time, too."""


class _LeftError(Exception):
    """The learner does not wait any longer."""


class Opening:
    """The opening of an engine, in a thread of its own.

    Attributes:
        what, done, total: how far it is, as `quizapp.progress.Progress` tells it; `what` is empty
            as long as there is nothing that takes long.
        over: set when it has ended.
    """

    def __init__(self, open_engine: Callable[[Progress], Engine]) -> None:
        self.what, self.done, self.total = "", 0, 0
        self.over = threading.Event()
        self.began = time.monotonic()
        self._open = open_engine
        self._left = threading.Event()
        self._engine: Engine | None = None
        self._error: BaseException | None = None
        threading.Thread(target=self._work, daemon=True).start()

    def result(self) -> Engine:
        """The engine, once it is over; raises what the opening raised."""
        if self._error is not None:
            raise self._error
        assert self._engine is not None, "it is over"
        return self._engine

    def leave(self) -> None:
        """Stop it; what is done so far stays done."""
        self._left.set()
        if self.over.wait(_PARTING_S) and self._engine is not None:
            self._engine.close()

    def _work(self) -> None:
        try:
            self._engine = self._open(self._tell)
        except BaseException as error:
            self._error = error
        self.over.set()

    def _tell(self, what: str, done: int, total: int) -> None:
        if self._left.is_set():
            raise _LeftError
        self.what, self.done, self.total = what, done, total


def opened(open_engine: Callable[[Progress], Engine], language: Language) -> Engine | None:
    """The engine, with the app telling how far it is where that takes long.

    Args:
        open_engine: opens it, and tells how far it is.
        language: of what the wait says.

    Returns:
        The engine; None if the learner left.
    """
    opening = Opening(open_engine)
    while not opening.over.wait(_PATIENCE_S):
        if opening.what:
            from quizapp.tui.waiting import WaitingApp

            speak(language)
            if not WaitingApp(opening).run():
                opening.leave()
                return None
    return opening.result()
