"""What a submission ran that its task forbids, and on which line. Decides nothing.

Owns telling whose doing something is: with a line of the submission on the stack, within a call of
its functions, or in a thread that was started meanwhile; what checks do to make their inputs is
theirs. Noticing is left to `trace` and `watching`. Importable in the sandbox.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from types import FrameType

_get_frame = sys._getframe
_MOST = 100


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A forbidden op that ran.

    Attributes:
        op: its name, such as "aten.convolution".
        group: the name in `forbidden:` that it falls under.
        line: innermost line of the submission on the stack; 0 in a thread of its own.
    """

    op: str
    group: str
    line: int


class Accusations:
    """Takes down what was forbidden and ran, for the thread that makes this and those after it.

    Args:
        filename: what the submission is compiled as.

    Attributes:
        found: the first forbidden op of each group on each line.
        words_met: the words in `forbidden:` of which anything ran, whoever ran it.
        in_call: how many calls of the submission's functions are under way; see `recording`.
    """

    def __init__(self, filename: str = "") -> None:
        self.words_met: set[str] = set()
        self.in_call = 0
        self.found: list[Forbidden] = []
        self._standing: list[Forbidden] = []
        self._filename = filename
        self._own_thread = threading.get_ident()
        self._is_loading = False

    def take(self) -> tuple[Forbidden, ...]:
        """What `found` holds, which is emptied."""
        found = tuple(self.found)
        self.found.clear()
        return found

    def begin_loading(self) -> None:
        """The submission's file is about to be run: all that runs is its doing."""
        self._is_loading = True
        self.in_call = 1

    def begin_check(self) -> None:
        """Hold what stands for the whole file, such as an import, against the next check, too.

        Other things that ran while the file was loaded, such as a test of one's own function
        against torch's, have answered no case and count for nothing.
        """
        if self._is_loading:
            self._is_loading = False
            self.in_call = 0
            self.found.clear()
        self.found.extend(each for each in self._standing if each not in self.found)

    def accuse(self, op: str, group: str, *, stands: bool = False) -> bool:
        """Note something forbidden, if it is the submission's doing.

        Args:
            op: what ran, such as "aten.convolution".
            group: the word in `forbidden:`.
            stands: whether it counts in every check that follows.

        Returns:
            Whether it is the submission's doing.
        """
        self.words_met.add(group)
        line = self._line()
        if line is None:
            return False
        found = Forbidden(op, group, line)
        if stands and found not in self._standing:
            self._standing.append(found)
        known = any((each.group, each.line) == (group, line) for each in self.found)
        if not known and len(self.found) < _MOST:
            self.found.append(found)
        return True

    def _line(self) -> int | None:
        """Innermost line of the submission on the stack; None when the op is not its doing."""
        frame: FrameType | None = _get_frame(1)
        while frame is not None:
            if frame.f_code.co_filename == self._filename:
                return frame.f_lineno
            frame = frame.f_back
        # Code that it compiled under another name, or runs in a thread, is its doing, too.
        return 0 if self.in_call or threading.get_ident() != self._own_thread else None
