"""A process on a pseudo-terminal, and the screen that a person would see of it."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
import unicodedata
from fcntl import ioctl
from pathlib import Path

QUIZAPP = [sys.executable, "-m", "quizapp"]
_LIMIT_S = 60.0
_PRIVATE = {"25": "cursor", "1049": "second", "2004": "pastes", "2026": "framing"}
_TOKEN = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])|([\r\n])|([^\x1b\r\n])")
_UNFINISHED = re.compile(r"\x1b(\[\??[0-9;]*)?\Z")

# Runs a command as a shell runs a job, tells when it has stopped, and continues it on a line.
SHELL = """
import os, signal, sys, termios
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
job = os.fork()
if job == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
print("job", job, flush=True)
while True:
    _, status = os.waitpid(job, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        break
    os.tcsetpgrp(0, os.getpgrp())
    flags = termios.tcgetattr(0)[3]
    print("stopped, echo", bool(flags & termios.ECHO), flush=True)
    sys.stdin.readline()
    os.tcsetpgrp(0, job)
    os.killpg(job, signal.SIGCONT)
os.tcsetpgrp(0, os.getpgrp())
print("ended", os.waitstatus_to_exitcode(status), flush=True)
"""


class Screen:
    """What a terminal shows; knows the few sequences that quizapp uses, and refuses all others."""

    def __init__(self, columns: int, rows: int) -> None:
        self.size = columns, rows
        self.modes = {"cursor": True, "second": False, "pastes": False, "framing": False}
        self.buffers: dict[bool, list[list[str]]] = {False: [], True: []}
        self.frames: list[str] = []
        self.styles = 0
        self._at = self._left = [0, 0]
        self._rest = ""
        self._blank()

    def feed(self, data: bytes) -> None:
        text = self._rest + data.decode("utf-8", "surrogateescape")
        unfinished = _UNFINISHED.search(text)
        cut = unfinished.start() if unfinished else len(text)
        text, self._rest = text[:cut], text[cut:]
        at = 0
        while at < len(text):
            token = _TOKEN.match(text, at)
            assert token is not None, f"unknown sequence {text[at : at + 12]!r}"
            at = token.end()
            private, numbers, command, control, character = token.groups()
            if command:
                self._obey(private, numbers, command)
            elif control:
                self._move(control)
            else:
                self._print(character)

    @property
    def text(self) -> str:
        lines = ("".join(row).rstrip() for row in self.buffers[self.modes["second"]])
        return "\n".join(lines).rstrip()

    def _blank(self) -> None:
        columns, rows = self.size
        self.buffers[self.modes["second"]] = [[" "] * columns for _ in range(rows)]
        self._at = [0, 0]

    def _obey(self, private: str, numbers: str, command: str) -> None:
        row, column = self._at
        buffer = self.buffers[self.modes["second"]]
        if private and command in "hl":
            name = _PRIVATE[numbers]
            if name == "second" and self.modes[name] != (command == "h"):
                self._switch()
            self.modes[name] = command == "h"
            if name == "framing" and command == "l":
                self.frames.append(self.text)
        elif command == "m":
            self.styles += 1
        elif (command, numbers) == ("H", ""):
            self._at = [0, 0]
        elif (command, numbers) == ("K", ""):
            buffer[row][column:] = [" "] * (self.size[0] - column)
        elif (command, numbers) == ("J", ""):
            buffer[row][column:] = [" "] * (self.size[0] - column)
            for below in range(row + 1, self.size[1]):
                buffer[below] = [" "] * self.size[0]
        else:
            raise AssertionError(f"unknown sequence {private}{numbers}{command}")

    def _switch(self) -> None:
        """To the second screen, which begins empty, or back to where the first one was left."""
        self.modes["second"] = not self.modes["second"]
        at, self._left = self._left, self._at
        if self.modes["second"]:
            self._blank()
        else:
            self._at = at

    def _move(self, control: str) -> None:
        if control == "\r":
            self._at[1] = 0
            return
        self._at[0] += 1
        if self._at[0] == self.size[1]:
            buffer = self.buffers[self.modes["second"]]
            assert not self.modes["second"], "the screen was scrolled by a line too many"
            del buffer[0]
            buffer.append([" "] * self.size[0])
            self._at[0] -= 1

    def _print(self, character: str) -> None:
        assert character.isprintable(), f"{character!r} reached the terminal"
        size = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        row, column = self._at
        if self.modes["second"]:
            assert column + size < self.size[0], "the last column was written to"
        elif column + size > self.size[0]:
            self._move("\r")
            self._move("\n")
            row, column = self._at
        self.buffers[self.modes["second"]][row][column : column + size] = [character, ""][:size]
        self._at[1] += size


class Session:
    """One command on a pseudo-terminal; a context manager that ends it."""

    def __init__(
        self,
        words: list[str],
        environment: dict[str, str],
        folder: Path,
        *,
        size: tuple[int, int] = (80, 24),
        program: list[str] | None = None,
    ) -> None:
        command = [*(program or QUIZAPP), *words]
        self.screen = Screen(*size)
        self.exit: int | None = None
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            os.execvpe(command[0], command, environment)
        self.modes_before = termios.tcgetattr(self.terminal)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        if self.exit is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.terminal)

    def type(self, keys: str | bytes) -> None:
        os.write(self.terminal, keys if isinstance(keys, bytes) else keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        self.screen = Screen(columns, rows)
        self.screen.modes["second"] = True
        self.screen._blank()
        ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, *wanted: str) -> str:
        """The screen, once all of `wanted` stands on it and no frame is half drawn."""
        limit = time.monotonic() + _LIMIT_S
        while not (self._complete() and all(text in self.screen.text for text in wanted)):
            assert time.monotonic() < limit, f"never saw {wanted} on\n{self.screen.text}"
            self.take(0.2)
        return self.screen.text

    def take(self, seconds: float) -> bool:
        """Read what has come; whether anything has."""
        if not select.select([self.terminal], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.terminal, 1 << 16)
        except OSError:  # the other end is closed
            return False
        self.screen.feed(data)
        return bool(data)

    def quiet(self, seconds: float) -> None:
        """Read until nothing has come for so long."""
        while self.take(seconds):
            pass

    def ended(self) -> int:
        """Exit code, or minus the signal's number, after reading the rest."""
        limit = time.monotonic() + _LIMIT_S
        while True:
            self.take(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                break
            assert time.monotonic() < limit, f"never ended\n{self.screen.text}"
        self.quiet(0.05)
        self.exit = os.waitstatus_to_exitcode(status)
        return self.exit

    @property
    def modes(self) -> list[object]:
        """Of the terminal, now."""
        return termios.tcgetattr(self.terminal)

    def _complete(self) -> bool:
        return not (self.screen.modes["framing"] or self.screen._rest)
