"""Where zygotes come from: a process that is warm, has one thread, and has never seen a task.

Owns the server's end of it. The server itself has threads before long and knows tasks, so it cannot
fork a zygote any more; this process can at any time, in milliseconds: a first one for each slot,
another in the place of one that was lost, and one for each set of ops that tasks do without.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from quizapp.errors import JudgeError
from quizapp.judge import zygote
from quizapp.judge.isolation import Means

_SLOWEST_START_S, _SLOWEST_END_S = 120.0, 5.0
_LONGEST_MESSAGE = 4096


class Nursery:
    """Hands out zygotes; may be asked from several threads."""

    def __init__(self, control: socket.socket, pid: int) -> None:
        """Take over a child of this process by its number and its control socket."""
        self._lock = threading.Lock()
        self._control, self._pid = control, pid

    @classmethod
    def forked(cls) -> Nursery:
        """Fork it off this process, which must be warm and have one thread and no task data."""
        return cls(*zygote.fork_nursery())

    @classmethod
    def started(cls) -> Nursery:
        """Start it as a program of its own. Slow, since it imports torch for itself."""
        return cls(*_start())

    def zygote(self, means: Means, without: Sequence[str] = ()) -> Zygote:
        """Have a zygote forked.

        Args:
            means: how it has to isolate; it says so itself when it cannot.
            without: words of `forbidden:` whose ops it, and all its children, do without.

        Raises:
            JudgeError: there is no such process any more, and none could be started.
        """
        ours, theirs = socket.socketpair()
        request = json.dumps({"means": str(means), "without": list(without)}).encode()
        with theirs, self._lock:
            try:
                socket.send_fds(self._control, [request], [theirs.fileno()])
            except OSError:  # somebody has killed it
                self.close()
                self._control, self._pid = _start()
                socket.send_fds(self._control, [request], [theirs.fileno()])
        return Zygote(ours)

    def close(self) -> None:
        """End it, and wait until its zygotes have ended; their own ends must be closed before."""
        self._control.close()
        deadline = time.monotonic() + _SLOWEST_END_S
        with suppress(OSError):
            while os.waitpid(self._pid, os.WNOHANG)[0] == 0:
                if time.monotonic() > deadline:  # they all end with it, by the kernel
                    os.kill(self._pid, signal.SIGKILL)
                time.sleep(0.005)


def _start() -> tuple[socket.socket, int]:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "quizapp.judge.zygote", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    if process.poll() is not None:
        ours.close()
        raise JudgeError("judge", "no zygotes can be started", "run `quizapp doctor`")
    process.returncode = 0  # it is waited for by its number
    return ours, process.pid


class Zygote:
    """The server's end of one zygote's control socket.

    Attributes:
        control: where requests go and reports come from; see `zygote`.
        is_lost: whether it is of no use any more.
    """

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.is_lost = False
        self._is_ready = False
        self._pending = b""
        self._watched: int | None = None

    def refusal(self) -> str:
        """Wait until it is what it has to be: empty then, else why not.

        Raises:
            OSError: it has died.
        """
        if self._is_ready:
            return ""
        self.control.settimeout(_SLOWEST_START_S)
        refused: str = self.receive()["refused"]
        self.control.settimeout(None)
        self._is_ready = not refused
        return refused

    def begun(self) -> tuple[int, int | None]:
        """The number of the child that serves a request, with its pidfd where there are such.

        Raises:
            OSError: it has died.
        """
        while "pid" not in (message := self.receive()):
            pass  # a report that nobody has waited for
        watched, self._watched = self._watched, None
        if watched is None and hasattr(os, "pidfd_open"):
            raise ConnectionResetError  # the number alone may be one of another namespace
        return message["pid"], watched

    def receive(self) -> dict[str, Any]:
        """The next message.

        Raises:
            OSError: it has died.
        """
        while b"\n" not in self._pending:
            chunk, descriptors, _, _ = socket.recv_fds(self.control, _LONGEST_MESSAGE, 1)
            if not chunk:
                raise ConnectionResetError
            self._pending += chunk
            if descriptors:  # they may come together with an earlier message
                (self._watched,) = descriptors
        line, _, self._pending = self._pending.partition(b"\n")
        message: dict[str, Any] = json.loads(line)
        return message

    def close(self) -> None:
        """Hang up, also in the middle of a run; it and all below it end."""
        self.is_lost = True
        with suppress(OSError):
            self.control.shutdown(socket.SHUT_RDWR)
        self.control.close()
