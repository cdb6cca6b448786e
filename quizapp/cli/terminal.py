"""The terminal while a program fills it. Owns its modes, signals, size and bytes in and out.

It is given back as it was, whatever ends or stops the program: an exception, Ctrl-C, Ctrl-Z, a
signal, a closed window. Leaves what is shown and what keys mean to others.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import termios
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import FrameType, TracebackType
from typing import Any, Self, TypeAlias

from quizapp.cli.keys import Keys
from quizapp.cli.lines import Line, cut, painted
from quizapp.tui.text.safe import escaped

# The second screen, no cursor, pastes marked as such.
_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?2004h"
_LEAVE = "\x1b[?2004l\x1b[?25h\x1b[?1049l"
# What stands between these two is shown at once by terminals that know them; others ignore them.
_BEGIN_FRAME, _END_FRAME = "\x1b[?2026h\x1b[H", "\x1b[J\x1b[?2026l"
_END_LINE = "\x1b[K"
_NEXT_LINE = f"{_END_LINE}\r\n"

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_OTHERS = (signal.SIGWINCH, signal.SIGTSTP, signal.SIGCONT)
_FALLBACK = (80, 24)

_Handler: TypeAlias = Callable[[int, FrameType | None], Any] | int | None


class Ended(BaseException):
    """A signal ended the program; whoever started it is to see that signal, after the clean-up."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)

    def pass_on(self) -> None:
        """End this process by the signal."""
        signal.signal(self.number, signal.SIG_DFL)
        os.kill(os.getpid(), self.number)


class Waker:
    """Wakes a `select` from any thread and from signal handlers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reader, self._writer = os.pipe()
        os.set_blocking(self.reader, False)
        os.set_blocking(self._writer, False)

    def __call__(self) -> None:
        """Wake it, now or when it begins to wait; does nothing once closed."""
        with self._lock, contextlib.suppress(OSError):  # full: it is going to wake anyway
            os.write(self._writer, b"\0")

    def fileno(self) -> int:
        """For signals: where the interpreter writes."""
        return self._writer

    def clear(self) -> None:
        """Forget the calls so far."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self.reader, 4096):
                pass

    def close(self) -> None:
        """Close both ends; a late caller finds nobody."""
        with self._lock:
            os.close(self._writer)
            self._writer = -1
        os.close(self.reader)


def _harmless(line: Line) -> Line:
    """Whatever a span may hold, such as an odd file name, nothing of it moves the cursor."""
    return tuple(
        replace(span, text=escaped(span.text).replace("\n", "\\n").replace("\t", " "))
        for span in line
    )


class Terminal:
    """Fills the terminal of stdin and stdout between `with` and its end.

    Args:
        styled: whether lines may have colours.
        wake: wakes `wait`.
    """

    def __init__(self, wake: Waker, *, styled: bool) -> None:
        self._wake = wake
        self._styled = styled
        self._stdin = sys.stdin.fileno()
        self._stdout = sys.stdout.fileno()
        self._keys = Keys()
        self._signals: deque[int] = deque()
        self._handlers: dict[int, _Handler] = {}
        self._wakeup_before = -1
        self._modes_before: list[Any] | None = None
        self._frame = ""

    def __enter__(self) -> Self:
        """Take it over."""
        sys.stdout.flush()
        self._modes_before = termios.tcgetattr(self._stdin)
        self._wakeup_before = signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        for number in (*_ENDING, *_OTHERS):
            self._handlers[number] = signal.signal(number, lambda got, _: self._signals.append(got))
        try:
            self._take()
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give it back as it was."""
        self._release()

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows, as they are now."""
        with contextlib.suppress(OSError):
            columns, rows = os.get_terminal_size(self._stdout)
            if columns and rows:
                return columns, rows
        return _FALLBACK

    @property
    def blank(self) -> bool:
        """Whether nothing stands on it that `show` has drawn, or not in its present size."""
        return not self._frame

    def show(self, lines: Sequence[Line]) -> None:
        """Draw a frame from the top, in one write, nothing cleared before it is written over.

        The last column stays empty: clearing to the line's end would take a character there.
        """
        columns, rows = self.size
        shown = [
            painted(cut(_harmless(line), columns - 1), styled=self._styled) for line in lines[:rows]
        ]
        frame = f"{_BEGIN_FRAME}{_NEXT_LINE.join(shown)}{_END_LINE}{_END_FRAME}"
        if frame != self._frame:
            self._frame = frame
            self._write(frame)

    def wait(self, seconds: float) -> list[str]:
        """The keys pressed; waits for one, for `wake` or for a signal, `seconds` at most.

        Raises:
            KeyboardInterrupt: Ctrl-C.
            Ended: another signal, or the terminal is gone.
        """
        self._obey()
        ready, _, _ = select.select([self._stdin, self._wake.reader], [], [], seconds)
        self._wake.clear()
        self._obey()
        if self._stdin in ready:
            return self._keys.feed(self._read())
        return self._keys.settle() if not ready else []

    def _read(self) -> bytes:
        try:
            data = os.read(self._stdin, 1024)
        except OSError:
            data = b""
        if not data:
            raise Ended(signal.SIGHUP)
        return data

    def _obey(self) -> None:
        """Do what the signals since the last call ask for."""
        while self._signals:
            number = self._signals.popleft()
            if number == signal.SIGINT:
                raise KeyboardInterrupt
            if number in _ENDING:
                raise Ended(number)
            if number == signal.SIGTSTP:
                self._stop()
            elif number == signal.SIGCONT:
                self._take()  # whoever had the terminal meanwhile may have changed it
            self._frame = ""

    def _stop(self) -> None:
        """Give the terminal back, stop as Ctrl-Z does, and take it over again afterwards."""
        self._give_back()
        before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, before)
        self._take()

    def _take(self) -> None:
        modes = termios.tcgetattr(self._stdin)
        modes[3] &= ~(termios.ICANON | termios.ECHO)  # keys at once, and not shown
        modes[0] &= ~termios.IXON  # Ctrl-S means nothing here; it must not freeze the screen
        modes[6][termios.VMIN], modes[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self._stdin, termios.TCSADRAIN, modes)
        self._frame = ""
        self._write(_ENTER)

    def _give_back(self) -> None:
        with contextlib.suppress(OSError):  # a closed window takes no bytes
            self._write(_LEAVE)
        if self._modes_before is not None:
            with contextlib.suppress(termios.error, OSError):
                # Keys typed for this program are not for the shell.
                termios.tcsetattr(self._stdin, termios.TCSAFLUSH, self._modes_before)

    def _release(self) -> None:
        self._give_back()
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._handlers.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)

    def _write(self, text: str) -> None:
        data = text.encode(sys.stdout.encoding or "utf-8", "replace")
        while data:
            data = data[os.write(self._stdout, data) :]
