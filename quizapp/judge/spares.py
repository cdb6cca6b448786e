"""Children that wait for a task: forked and shut in before anybody needs them.

A fork of a process that has torch, and its walls, take as long as judging a short submission does.
So each zygote keeps a few children ready; like every other one, each serves one run and ends. Owns
those; what a child does is `child`'s, the order of runs `zygote`'s.
"""

from __future__ import annotations

import json
import os
import signal
import socket
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from quizapp.judge import isolation

MOST = 2
"""A submission, and the proof of what it counted."""
Words = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spare:
    """A child that waits.

    Attributes:
        pid: its number; `watched` a pidfd, where the system has them.
        control: where it takes limits and descriptors, once.
        device: whether it was shut in for a task on an accelerator.
    """

    pid: int
    watched: int | None
    control: socket.socket
    device: bool

    def begin(self, words: Words, descriptors: Sequence[int]) -> bool:
        """Hand it its limits and channels; False when it is gone, by whoever's doing."""
        with self.control:
            try:
                socket.send_fds(self.control, [json.dumps(words).encode()], descriptors)
            except OSError:
                self.drop()
                return False
        return True

    def drop(self) -> None:
        """End it unused."""
        self.control.close()
        os.kill(self.pid, signal.SIGKILL)
        self.reap()

    def reap(self, *, at_once: bool = False) -> Words | None:
        """Wait for its end; once only.

        Args:
            at_once: whether not to wait.

        Returns:
            Its wait status, CPU seconds and peak size in KiB; None while it has not ended.
        """
        if hasattr(os, "waitid"):
            options = os.WEXITED | os.WNOWAIT | (os.WNOHANG if at_once else 0)
            if os.waitid(os.P_PID, self.pid, options) is None:
                return None
        with suppress(OSError):
            # A child leads its own process group; it is not reaped yet, so the number is its own.
            os.killpg(self.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self.pid, 0)
        if self.watched is not None:
            os.close(self.watched)
        cpu_s = usage.ru_utime + usage.ru_stime
        return {"status": status, "cpu_s": cpu_s, "peak_kb": usage.ru_maxrss}


class Spares:
    """The waiting children of this process."""

    def __init__(self, shell: isolation.Shell) -> None:
        """`shell` is what they are shut in with; none is forked yet."""
        self._shell = shell
        self._device = False
        self._waiting: deque[Spare] = deque()

    @property
    def is_full(self) -> bool:
        """Whether enough are waiting."""
        return len(self._waiting) >= MOST

    def add(self) -> None:
        """Fork one more of the kind that was wanted last."""
        self._waiting.append(self._fork())

    def take(self, *, device: bool) -> Spare:
        """One that suits, and is nobody else's; forked now if there is none."""
        device = device and self._shell.needs is not None
        if device != self._device:
            self.drop_all()
            self._device = device
        return self._waiting.popleft() if self._waiting else self._fork()

    def drop_all(self) -> None:
        """End those that wait, since what they were forked from is not what it was."""
        while self._waiting:
            self._waiting.popleft().drop()

    def _fork(self) -> Spare:
        from quizapp.judge import child

        ours, theirs = socket.socketpair()
        shell = self._shell.for_run(device=self._device)
        pid = os.fork()
        if pid == 0:
            child.main(shell, theirs.fileno())
        theirs.close()
        watched = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        return Spare(pid, watched, ours, self._device)
