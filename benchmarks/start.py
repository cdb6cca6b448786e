"""Start-up: the first card on screen against a Textual hello-world's first paint.

Both are whole processes on a pseudo-terminal; the clock stops when the expected text arrives.
"""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path

from benchmarks.measure import Row, median_of

ROOT = Path(__file__).parents[1]
RUNS = 7
_LIMIT_S = 30.0
_HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("hello world")
Hello().run()
"""


def rows() -> list[Row]:
    """Seconds from exec to the text, medians of whole processes that take turns."""
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "QUIZAPP_HOME": home,
            "QUIZAPP_COURSE": str(ROOT),
            "TERM": "xterm-256color",
        }
        study = [sys.executable, "-m", "quizapp", "study"]
        hello = [sys.executable, "-c", _HELLO]
        first_text(study, environment, r"reveal|Reveal|answer")  # parses the decks, once
        ours, floor = median_of(
            RUNS,
            lambda: first_text(study, environment, r"reveal|Reveal|answer"),
            lambda: first_text(hello, environment, "hello world"),
        )
    return [Row("first card on screen", ours, "Textual hello-world, first paint", floor, 1.3)]


def first_text(command: list[str], environment: dict[str, str], wanted: str) -> float:
    """Seconds until `wanted` (a regular expression) is on the screen of a new process."""
    started = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, environment)
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen = ""
    try:
        while not re.search(wanted, _plain(seen)):
            if time.perf_counter() - started > _LIMIT_S:
                raise TimeoutError(f"{command[-1]!r} never showed {wanted!r}")
            if select.select([terminal], [], [], 0.5)[0]:
                seen += os.read(terminal, 1 << 16).decode(errors="replace")
        return time.perf_counter() - started
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def _plain(text: str) -> str:
    """What stands on the screen, without escape sequences."""
    return re.sub(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-Z\\-_]", "", text)
