"""The server's side of a run: a slot has at most one child at a time.

Owns descriptors, deadlines and how a child ended; what the child says is handed on unread, to
whoever asked for the run. Leaves forking to `nursery` and `zygote`, meaning to `judging`.
"""

from __future__ import annotations

import json
import os
import re
import selectors
import signal
import socket
import struct
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol

from quizapp.domain.exercises import Limits
from quizapp.errors import JudgeError
from quizapp.judge import wire
from quizapp.judge.isolation import MOST_THREADS, Means
from quizapp.judge.nursery import Nursery, Zygote

_HEADER = struct.Struct("<I")
_READ_BYTES = 1 << 18
_LONGEST_FRAME = wire.MAX_BYTES + (1 << 16)  # no honest child sends a longer one
_TICK_S = 0.02
_DUMP_WAIT_S = 0.1
_DUMP_BYTES = 1 << 14
_IDLE_GRACE_S = 1.0
_WALL_FACTOR, _WALL_GRACE_S = 20, 60.0
_ZYGOTES_KEPT = 3


class HowEnded(StrEnum):
    """Why a run is over."""

    FINISHED = "finished"  # the listener had heard enough
    EXITED = "exited"
    SIGNALLED = "signalled"
    TIMED_OUT = "timed_out"
    OUTPUT_LIMIT = "output_limit"
    ANSWER_LIMIT = "answer_limit"
    THREAD_LIMIT = "thread_limit"
    MALFORMED = "malformed"
    ZYGOTE_LOST = "zygote_lost"


class Heard(StrEnum):
    """What a listener makes of one message."""

    GO_ON = "go_on"
    NEW_CLOCK = "new_clock"  # a new check begins: its CPU seconds start now
    QUESTION = "question"  # the child waits for the listener's `reply`
    ENOUGH = "enough"  # the answer is complete; whatever still runs is ended
    NONSENSE = "nonsense"  # not what an honest child says


class Listener(Protocol):
    """Takes the messages of a child, in order."""

    def hear(self, body: bytes) -> Heard:
        """Take one message."""
        ...

    def reply(self) -> bytes:
        """What to say to the question that was heard last."""
        ...


@dataclass(slots=True)
class Ended:
    """How a run ended.

    Attributes:
        status: wait status of the child; 0 when the zygote was lost.
        cpu_s: CPU seconds of the child, all threads.
        peak_kb: greatest resident set, in KiB.
        output: what it wrote to stdout and stderr, up to the limit.
        dump: the stack at a time-out or a crash, as faulthandler writes it; else empty.
        waited_s: at a time-out, for how long the check had waited for a busy core meanwhile.
        lost: why there is no zygote, where it could say so.
    """

    how: HowEnded
    status: int = 0
    cpu_s: float = 0.0
    peak_kb: int = 0
    output: bytes = b""
    dump: str = ""
    waited_s: float = 0.0
    lost: str = ""

    @property
    def signal_name(self) -> str:
        """The signal that ended the child, such as SIGSEGV; empty when none did."""
        if not os.WIFSIGNALED(self.status):
            return ""
        number = os.WTERMSIG(self.status)
        with suppress(ValueError):
            return signal.Signals(number).name
        return f"signal {number}"

    def line_in(self, filename: str) -> int:
        """The innermost line of `filename` in the stack at the time-out; 0 when there is none."""
        # A submission may have written there, too: a line has few digits.
        found = re.search(rf'File "{re.escape(filename)}", line (\d{{1,7}})\b', self.dump)
        return int(found.group(1)) if found else 0


class _Pipes(NamedTuple):
    """Our ends of a child's channels."""

    data: socket.socket
    output: int
    dump: int


@dataclass(slots=True)
class _Run:
    """What is known of a run in progress."""

    limits: Limits
    started: float
    pid: int = 0
    pidfd: int | None = None
    how: HowEnded | None = None
    check_started: float = 0.0
    check_cpu: float = 0.0
    check_waited: float = 0.0
    late_waited: float = 0.0
    received: int = 0
    pending: bytearray = field(default_factory=bytearray)
    output: bytearray = field(default_factory=bytearray)
    dump: bytearray = field(default_factory=bytearray)
    report: dict[str, float] | None = None
    lost: str = ""
    counted: float = 0.0

    def cpu_s(self) -> float:
        """CPU seconds so far; raises OSError once the child is gone."""
        # The clock of a process by its number: CPUCLOCK_SCHED of clock_getcpuclockid(3).
        return time.clock_gettime((~self.pid << 3) | 2)

    def waited_s(self) -> float:
        """Seconds that the main thread was ready but had no core."""
        try:
            return int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[1]) / 1e9
        except (OSError, IndexError, ValueError):
            return 0.0

    def has_too_many_threads(self) -> bool:
        """Whether it has more threads than it may; the kernel counts them only in some tiers."""
        now = time.monotonic()
        if now - self.counted < _TICK_S:
            return False
        self.counted = now
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
            return int(fields[17]) > MOST_THREADS
        except (OSError, IndexError, ValueError):
            return False

    def restart_clock(self) -> None:
        """A new check begins now."""
        self.check_started = time.monotonic()
        with suppress(OSError):
            self.check_cpu, self.check_waited = self.cpu_s(), self.waited_s()

    def overdue(self) -> bool:
        """Whether the current check has used up its time.

        CPU seconds decide. Sleeping counts like computing, but waiting for a busy core does not,
        so a slow machine makes nobody late; a far wall-clock limit stands behind both.
        """
        try:
            cpu = self.cpu_s() - self.check_cpu
        except OSError:
            return False
        wall = time.monotonic() - self.check_started
        idle = wall - cpu - (self.waited_s() - self.check_waited)
        allowed = self.limits.cpu_s
        return (
            cpu > allowed
            or idle > allowed + _IDLE_GRACE_S
            or wall > allowed * _WALL_FACTOR + _WALL_GRACE_S
        )


class Slot:
    """One run at a time, on a zygote that suits it. Not for several threads at once."""

    def __init__(self, nursery: Nursery, means: Means) -> None:
        """Take zygotes off `nursery`, all by the same `means`, or nothing is run."""
        self._nursery = nursery
        self._means = means
        self._zygotes: OrderedDict[tuple[str, ...], Zygote] = OrderedDict()
        self._lock = threading.Lock()
        self._is_closed = False

    def run(
        self,
        payload: bytes,
        limits: Limits,
        listener: Listener,
        *,
        training: bool = False,
        device: bool = False,
        without: Sequence[str] = (),
    ) -> Ended:
        """Run one child on `payload` and report how it ended. Blocks; never raises for the child.

        Args:
            payload: the task, which the child gets.
            limits: what it may use.
            listener: takes what it says.
            training: whether the task has to do with optimizers and loaders.
            device: whether it runs on an accelerator.
            without: words of `forbidden:` whose ops are gone.

        Raises:
            JudgeError: there is no zygote and none could be started.
        """
        its_zygote = self._suitable(tuple(without))
        data, child_data = socket.socketpair()
        output, child_output = os.pipe()
        dump, child_dump = os.pipe()
        for descriptor in (output, dump):
            os.set_blocking(descriptor, False)
        words = {"limits": asdict(limits), "training": training, "device": device}
        request = json.dumps(words).encode()
        run = _Run(limits, time.monotonic())
        try:
            try:
                run.lost = its_zygote.refusal()
                if not run.lost:
                    given = [child_data.fileno(), child_output, child_dump]
                    socket.send_fds(its_zygote.control, [request], given)
                    self._identify(run, *its_zygote.begun())
            except OSError:  # it has died
                run.pid = 0
            finally:
                child_data.close()
                os.close(child_output)
                os.close(child_dump)
            if not run.pid:
                run.how = HowEnded.ZYGOTE_LOST
            else:
                try:
                    self._follow(run, _Pipes(data, output, dump), its_zygote, payload, listener)
                except BaseException:  # our own fault: its report would be taken for the next one's
                    self._signal(run, signal.SIGKILL)
                    its_zygote.close()
                    raise
            if run.how is HowEnded.ZYGOTE_LOST:
                its_zygote.close()
            return self._ended(run)
        finally:
            data.close()
            os.close(output)
            os.close(dump)
            if run.pidfd is not None:
                os.close(run.pidfd)

    def close(self) -> None:
        """Hang up on the zygotes for good, also in the middle of a run on another thread."""
        with self._lock:
            self._is_closed = True
            for each in self._zygotes.values():
                each.close()

    def _suitable(self, without: tuple[str, ...]) -> Zygote:
        """A zygote without some ops: the one of last time, or a new one."""
        with self._lock:
            if self._is_closed:
                raise JudgeError("judge", "it is closed already")
            found = self._zygotes.pop(without, None)
            if found is None or found.is_lost:
                found = self._nursery.zygote(self._means, without)
            self._zygotes[without] = found
            while len(self._zygotes) > _ZYGOTES_KEPT:
                self._zygotes.popitem(last=False)[1].close()
            return found

    def _identify(self, run: _Run, pid: int, watched: int | None) -> None:
        """The zygote's number for the child holds in its pid namespace only; a pidfd knows ours."""
        run.pid, run.pidfd = pid, watched
        if watched is not None:
            for line in Path(f"/proc/self/fdinfo/{watched}").read_text().splitlines():
                if line.startswith("Pid:"):
                    run.pid = int(line.split()[1])
        run.restart_clock()

    def _signal(self, run: _Run, number: int) -> None:
        with suppress(ProcessLookupError):
            if run.pidfd is not None:
                signal.pidfd_send_signal(run.pidfd, number)
            elif run.report is None:
                os.kill(run.pid, number)

    def _follow(
        self, run: _Run, pipes: _Pipes, its_zygote: Zygote, payload: bytes, listener: Listener
    ) -> None:
        """Feed and read until the child has said enough, or the zygote reports its end."""
        data, output, dump = pipes
        data.setblocking(False)
        outgoing = memoryview(_HEADER.pack(len(payload)) + payload)
        with selectors.DefaultSelector() as selector:
            selector.register(data, selectors.EVENT_READ | selectors.EVENT_WRITE, "data")
            selector.register(output, selectors.EVENT_READ, "output")
            selector.register(its_zygote.control, selectors.EVENT_READ, "control")
            # One that has said enough is killed, and nobody has to wait until it is cleared away.
            over = (HowEnded.ZYGOTE_LOST, HowEnded.FINISHED)
            while run.report is None and run.how not in over:
                for key, events in selector.select(_TICK_S):
                    if key.data == "output":
                        if not self._read_output(run, output):
                            selector.unregister(output)
                    elif key.data == "control":
                        _read_report(run, its_zygote)
                    else:
                        if events & selectors.EVENT_WRITE:
                            outgoing = _send_some(data, outgoing)
                            if not outgoing:
                                selector.modify(data, selectors.EVENT_READ, "data")
                        if events & selectors.EVENT_READ and not self._read_data(
                            run, data, listener
                        ):
                            selector.unregister(data)
                if run.how is None and run.report is None:
                    self._hold_to_limits(run, dump)
        # What was written before the end may still lie in the pipes.
        while self._read_data(run, data, listener):
            pass
        while self._read_output(run, output):
            pass
        _read_dump(run, dump)

    def _read_data(self, run: _Run, data: socket.socket, listener: Listener) -> bool:
        """Take what there is; False when there is nothing more to come, or now."""
        try:
            chunk = data.recv(_READ_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            chunk = b""
        if not chunk or run.how is not None:
            return bool(chunk)
        run.received += len(chunk)
        if run.received > run.limits.answer_mb << 20:
            self._end(run, HowEnded.ANSWER_LIMIT)
            return True
        run.pending += chunk
        while run.how is None and len(run.pending) >= _HEADER.size:
            (size,) = _HEADER.unpack_from(run.pending)
            if size > _LONGEST_FRAME:
                self._end(run, HowEnded.MALFORMED)
            elif size > run.limits.answer_mb << 20:
                self._end(run, HowEnded.ANSWER_LIMIT)
            if len(run.pending) < _HEADER.size + size or run.how is not None:
                break
            body = bytes(memoryview(run.pending)[_HEADER.size : _HEADER.size + size])
            del run.pending[: _HEADER.size + size]
            heard = listener.hear(body)
            if heard is Heard.QUESTION:
                self._answer(run, data, listener.reply())
            self._react(run, heard)
        return True

    def _answer(self, run: _Run, data: socket.socket, reply: bytes) -> None:
        """A few bytes for a child that waits for them; only a forger lets its buffer run full."""
        try:
            data.send(_HEADER.pack(len(reply)) + reply)
        except BlockingIOError:
            self._end(run, HowEnded.MALFORMED)
        except OSError:  # it is gone; its end is reported by the zygote
            return

    def _react(self, run: _Run, heard: Heard) -> None:
        if heard in (Heard.NEW_CLOCK, Heard.QUESTION):
            run.restart_clock()
        elif heard is Heard.ENOUGH:
            self._end(run, HowEnded.FINISHED)
        elif heard is Heard.NONSENSE:
            self._end(run, HowEnded.MALFORMED)

    def _read_output(self, run: _Run, output: int) -> bool:
        try:
            chunk = os.read(output, _READ_BYTES)
        except BlockingIOError:
            return False
        if not chunk:
            return False
        room = (run.limits.output_kb << 10) - len(run.output)
        run.output += chunk[: max(room, 0)]
        if len(chunk) > room and run.how is None:
            self._end(run, HowEnded.OUTPUT_LIMIT)
        return True

    def _hold_to_limits(self, run: _Run, dump: int) -> None:
        if run.has_too_many_threads():
            self._end(run, HowEnded.THREAD_LIMIT)
        elif run.overdue():
            self._end_overdue(run, dump)

    def _end(self, run: _Run, how: HowEnded) -> None:
        run.how = how
        self._signal(run, signal.SIGKILL)

    def _end_overdue(self, run: _Run, dump: int) -> None:
        """Ask for the stack, wait a moment for it, end the child."""
        run.late_waited = run.waited_s() - run.check_waited
        self._signal(run, signal.SIGUSR1)
        deadline = time.monotonic() + _DUMP_WAIT_S
        while time.monotonic() < deadline and not run.dump:
            time.sleep(_DUMP_WAIT_S / 10)
            _read_dump(run, dump)
        self._end(run, HowEnded.TIMED_OUT)

    def _ended(self, run: _Run) -> Ended:
        report = run.report or {}
        status = int(report.get("status", 0))
        how = run.how
        if how is None:
            how = HowEnded.SIGNALLED if os.WIFSIGNALED(status) else HowEnded.EXITED
        return Ended(
            how,
            status,
            float(report.get("cpu_s", 0.0)),
            int(report.get("peak_kb", 0)),
            bytes(run.output),
            run.dump.decode(errors="replace"),
            run.late_waited,
            run.lost,
        )


def _read_dump(run: _Run, dump: int) -> None:
    """Take what faulthandler has written: at a time-out, or as the child crashed."""
    with suppress(BlockingIOError):
        run.dump += os.read(dump, _DUMP_BYTES)


def _send_some(data: socket.socket, outgoing: memoryview) -> memoryview:
    """Send as much as the socket takes now; what is left over."""
    try:
        return outgoing[data.send(outgoing) :]
    except BlockingIOError:
        return outgoing
    except OSError:  # the child is gone; its end is reported by the zygote
        return outgoing[len(outgoing) :]


def _read_report(run: _Run, its_zygote: Zygote) -> None:
    try:
        run.report = its_zygote.receive()
    except OSError:
        run.how = HowEnded.ZYGOTE_LOST
