"""From the save of a file to its verdict on the terminal, in `check --watch`.

A whole process on a pseudo-terminal: the clock starts when the file is written and stops with the
last byte of the frame that has the verdict. Held against the same bare fork as `judge`.
"""

from __future__ import annotations

import os
import pty
import random
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path

from benchmarks.judge import floor_of
from benchmarks.measure import Row, median_of

ROOT = Path(__file__).parents[1]
RUNS = 30
_LIMIT_S = 60.0
_END_OF_FRAME = b"\x1b[?2026l"
_RIGHT, _WRONG = b"14 of 14 points", b" 0 of 14 points"


def rows() -> list[Row]:
    """Save → verdict on the screen for `iou`, warm."""
    right = (ROOT / "solutions/detection/iou.py").read_bytes()
    wrong = b"nothing = None\n"  # without a function: judged at once
    with tempfile.TemporaryDirectory() as home, floor_of("detection/iou") as bare:
        file = Path(home) / "iou.py"
        file.write_bytes(wrong)
        watch = _Watch(file)

        def ours() -> float:
            watch.seconds_to(wrong, _WRONG)
            time.sleep(0.1 + random.random() / 20)  # no phase of its looking is preferred
            return watch.seconds_to(right, _RIGHT)

        try:
            watch.until(_WRONG)
            bare()
            ours()
            saved, fork = median_of(RUNS, ours, bare)
        finally:
            watch.close()
    return [Row("save of iou to verdict on screen", saved, "bare fork, same cases", fork, 3.0)]


class _Watch:
    """One `quizapp check iou FILE --watch` and what it writes."""

    def __init__(self, file: Path) -> None:
        self._file = file
        environment = os.environ | {
            "QUIZAPP_HOME": str(file.parent / "home"),
            "QUIZAPP_COURSE": str(ROOT),
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
        }
        command = [sys.executable, "-m", "quizapp", "check", "iou", str(file), "--watch"]
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.execvpe(command[0], command, environment)
        ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def seconds_to(self, source: bytes, wanted: bytes) -> float:
        """Seconds from writing `source` until a frame with `wanted` is complete."""
        started = time.perf_counter()
        self._file.write_bytes(source)
        return self.until(wanted) - started

    def until(self, wanted: bytes) -> float:
        """When the frame with `wanted` is complete."""
        seen = b""
        limit = time.perf_counter() + _LIMIT_S
        while _END_OF_FRAME not in seen.partition(wanted)[2]:
            if time.perf_counter() > limit:
                raise TimeoutError(f"{wanted!r} was never shown")
            if select.select([self._terminal], [], [], 0.5)[0]:
                seen += os.read(self._terminal, 1 << 16)
        return time.perf_counter()

    def close(self) -> None:
        """End it."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._terminal)
