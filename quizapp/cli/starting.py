"""What a command says while it cannot begin yet: decks are read, data are upgraded or copied.

Owns when that is said, and in which form: on a terminal one line that counts, elsewhere one line
for each kind of work. Leaves the work itself to whoever does it. Imported only where there is some.
"""

from __future__ import annotations

import sys
import threading
import time

from quizapp.cli import output
from quizapp.cli.words import saying
from quizapp.domain.text import Language

_PATIENCE_S = 1.0
_REFRESH_S = 0.2


class Wait:
    """Tells on stderr of work that takes longer than about a second, from a thread of its own.

    The work may be a single call that goes on for long, and asks nobody in between.

    Args:
        language: of what is said.
    """

    def __init__(self, language: Language) -> None:
        self._say = saying(language)
        self._state = ("", 0, 0)
        self._over = threading.Event()
        self._began = time.monotonic()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def tell(self, what: str, done: int, total: int) -> None:
        """As `quizapp.progress.Progress`."""
        self._state = (what, done, total)

    def close(self) -> None:
        """The wait is over; the line goes."""
        self._over.set()
        self._thread.join()

    def _follow(self) -> None:
        if self._over.wait(_PATIENCE_S):
            return
        counting = output.on_terminal(sys.stderr)
        told = ""
        while True:
            what, done, total = self._state
            if counting:
                self._show(f"\r\x1b[K{self._line(what, done, total)}")
            elif what != told:
                told = what
                self._show(f"{self._say(what)} … {self._say('The next start is quicker.')}\n")
            if self._over.wait(_REFRESH_S):
                break
        if counting:
            self._show("\r\x1b[K")

    def _line(self, what: str, done: int, total: int) -> str:
        seconds = int(time.monotonic() - self._began)
        if not total:
            return self._say("{what} … {n} s", what=self._say(what), n=seconds)
        return self._say(
            "{what}: {done} of {total}, {n} s",
            what=self._say(what),
            done=done,
            total=total,
            n=seconds,
        )

    @staticmethod
    def _show(text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
