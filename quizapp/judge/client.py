"""The judge as the rest of quizapp sees it: futures in, outcomes out. Owns the server process.

No torch in here. The server is started when it is first needed, again when it is lost, and ends
with this process, however that ends, because it reads from a pipe that then closes.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import IO, Any, TypeVar

from quizapp.domain.exercises import Exercise
from quizapp.domain.outcomes import Outcome, Snippet, SnippetResult
from quizapp.errors import JudgeError
from quizapp.judge import protocol
from quizapp.judge.protocol import Isolation, Json

T = TypeVar("T")


class LostError(JudgeError):
    """The server was lost each time while it was at this one request; others are not affected."""


_CLOSE_WAIT_S = 5.0
_TRIES = 2
_LOG_TAIL_BYTES = 2000
_EXERCISES_KNOWN = 64
# What the interpreter, torch and a driver look at. A submission shares memory with what was once a
# copy of the server, so nothing else of the user's environment, such as keys, may get there.
_PASSED_ON = re.compile(
    r"PATH|HOME|USER|LANG|TZ|TE?MP(DIR)?|SYSTEMROOT|VIRTUAL_ENV|(LD|DYLD)_LIBRARY_PATH|"
    r"(LC|XDG|QUIZAPP|CUDA|NVIDIA|TORCH|PYTORCH|OMP|MKL|KMP)_.*|PYTHON.*"
)


@dataclass(frozen=True, slots=True)
class _Told:
    """An exercise as the server is told of it, with a key that stands for its content."""

    exercise: Exercise
    key: str
    text: Json


@dataclass(slots=True)
class _Pending:
    """A request that waits for its answer, with what it takes to ask again."""

    request: Json
    read: Callable[[Any], Any]
    future: Future[Any]
    on_check: Callable[[str], None] | None = None
    exercise: _Told | None = None
    tries: int = 0
    begun: bool = False


@dataclass(slots=True)
class _Server:
    """One server process, what it has been told, and whether it has ever answered.

    Attributes:
        exercises: keys of those that it knows, the one longest not asked for first.
        heard: when it last said anything; monotonic seconds.
        stuck: requests that it said it could not get on with.
    """

    process: subprocess.Popen[bytes]
    log: IO[bytes]
    exercises: OrderedDict[str, None] = field(default_factory=OrderedDict)
    ready: bool = False
    heard: float = field(default_factory=time.monotonic)
    stuck: set[int] = field(default_factory=set)
    ended: threading.Event = field(default_factory=threading.Event)

    def tell(self, exercise: _Told) -> None:
        """Make an exercise known, and let it forget the one that was longest not asked for."""
        if exercise.key in self.exercises:
            self.exercises.move_to_end(exercise.key)
            return
        self.send({"op": "exercise", "key": exercise.key, "exercise": exercise.text})
        self.exercises[exercise.key] = None
        while len(self.exercises) > _EXERCISES_KNOWN:
            oldest, _ = self.exercises.popitem(last=False)
            self.send({"op": "forget", "key": oldest})

    def send(self, message: Json) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def last_words(self) -> str:
        """The end of what it wrote to stderr."""
        self.log.seek(max(0, self.log.seek(0, os.SEEK_END) - _LOG_TAIL_BYTES))
        return self.log.read().decode(errors="replace").strip()


class Judge:
    """A context manager; every method may be called from any thread.

    Args:
        jobs: how many submissions are judged side by side.
        patience_s: for how long the server itself, not the sandbox, may be at one submission, or
            say nothing at all, before it is ended and started again. That costs only what it was
            stuck with.
    """

    def __init__(self, *, jobs: int = 1, patience_s: float = 300.0) -> None:
        self._jobs = jobs
        self._patience_s = patience_s
        self._lock = threading.RLock()
        self._server: _Server | None = None
        self._numbers = itertools.count(1)
        self._pending: dict[int, _Pending] = {}
        self._hello: Future[Isolation] | None = None
        self._told: OrderedDict[int, _Told] = OrderedDict()
        self._closed = False

    def __enter__(self) -> Judge:
        """Nothing is started yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the server."""
        self.close()

    @property
    def pid(self) -> int | None:
        """The server's process, if one runs."""
        with self._lock:
            return self._server.process.pid if self._server else None

    def warm(self) -> Future[Isolation]:
        """Start the server in the background, unless it runs; done when it is ready."""
        with self._lock:
            if self._hello is None or (self._hello.done() and self._hello.exception()):
                self._hello = self._ask({"op": "hello"}, protocol.isolation_from_json)
            return self._hello

    @property
    def isolation(self) -> Isolation:
        """The tier in use. Blocks until the server has found out; raises JudgeError."""
        return self.warm().result()

    def judge(
        self,
        exercise: Exercise,
        source: bytes,
        *,
        filename: str = "",
        seed: int = 0,
        instructor: bool = False,
        on_check: Callable[[str], None] | None = None,
    ) -> Future[Outcome]:
        """Judge one submission.

        Args:
            exercise: what it is a submission of.
            source: the file as it was handed in, any bytes.
            filename: what messages call it; the slug with `.py` when empty. A name that ends in
                `.ipynb` has the source read as a notebook.
            seed: what inputs are drawn from.
            instructor: whether the outcome may tell what hidden checks found.
            on_check: called with a check's id as it begins, on another thread.

        Returns:
            A future; its exception is a JudgeError.
        """
        request = {
            "op": "judge",
            "source": protocol.bytes_to_text(source),
            "filename": filename or f"{exercise.slug}.py",
            "seed": seed,
            "instructor": instructor,
        }
        return self._ask(request, protocol.outcome_from_json, on_check, self._tell(exercise))

    def _tell(self, exercise: Exercise) -> _Told:
        """The exercise as JSON, made once: a class hands in the same one thousands of times.

        The key is its content: a course that was edited meanwhile brings a new exercise.
        """
        with self._lock:
            told = self._told.get(id(exercise))
            if told is None:  # else it is the very object, which `told` keeps alive
                text = protocol.exercise_to_json(exercise)
                key = hashlib.sha256(json.dumps(text).encode()).hexdigest()
                told = self._told[id(exercise)] = _Told(exercise, key, text)
                while len(self._told) > _EXERCISES_KNOWN:
                    self._told.popitem(last=False)
            return told

    def run(self, snippet: Snippet) -> Future[SnippetResult]:
        """Run a piece of course code, and a learner's expression against it, in the sandbox."""
        request = {"op": "snippet", "snippet": protocol.snippet_to_json(snippet)}
        return self._ask(request, protocol.snippet_result_from_json)

    def close(self) -> None:
        """End the server; pending requests fail with JudgeError."""
        with self._lock:
            self._closed = True
            server, self._server = self._server, None
        if server is None:
            return
        assert server.process.stdin is not None
        with contextlib.suppress(OSError):
            server.process.stdin.close()
        if not server.ready:
            server.process.kill()  # it would import torch to its end before it looked up
        try:
            server.process.wait(_CLOSE_WAIT_S)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait()
        self._fail_all("the judge was closed")

    def _ask(
        self,
        request: Json,
        read: Callable[[Any], T],
        on_check: Callable[[str], None] | None = None,
        exercise: _Told | None = None,
    ) -> Future[T]:
        future: Future[T] = Future()
        # A request cannot be called back once sent, so a future is never cancelled half-way.
        future.set_running_or_notify_cancel()
        pending = _Pending(request, read, future, on_check, exercise)
        with self._lock:
            if self._closed:
                future.set_exception(JudgeError("judge", "it is closed already"))
                return future
            self._dispatch(next(self._numbers), pending)
        return future

    def _dispatch(self, number: int, pending: _Pending) -> None:
        pending.tries += 1
        pending.begun = False
        self._pending[number] = pending
        try:
            server = self._server or self._start()
            request = {**pending.request, "id": number}
            if pending.exercise is not None:
                server.tell(pending.exercise)
                request["exercise"] = pending.exercise.key
            server.send(request)
        except OSError as error:
            if number in self._pending:  # else the reader has noticed first
                del self._pending[number]
                pending.future.set_exception(
                    JudgeError("judge", f"cannot be reached ({error})", "run `quizapp doctor`")
                )

    def _start(self) -> _Server:
        log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        with contextlib.ExitStack() as undo:
            undo.callback(log.close)
            process = self._spawn(log)
            undo.pop_all()
        self._server = server = _Server(process, log)
        for name, target in (("judge-reader", self._read), ("judge-watch", self._watch)):
            threading.Thread(target=target, args=(server,), name=name, daemon=True).start()
        return server

    def _spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "quizapp.judge.server"),
                *("--jobs", str(self._jobs), "--patience", str(self._patience_s)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={key: each for key, each in os.environ.items() if _PASSED_ON.fullmatch(key)},
            # Ctrl-C in the terminal is for us; we then tell the server.
            start_new_session=True,
        )

    def _read(self, server: _Server) -> None:
        """Hand out answers until the server's end, then ask again or say why not."""
        assert server.process.stdout is not None
        for line in server.process.stdout:
            server.ready, server.heard = True, time.monotonic()
            message = json.loads(line)
            if "alive" in message:
                if message["stuck"]:
                    server.stuck.update(message["stuck"])
                    server.process.kill()
            else:
                self._answer(message)
        server.process.stdout.close()
        server.process.wait()
        server.ended.set()
        with self._lock:
            assert server.process.stdin is not None
            with contextlib.suppress(OSError):  # what it never took is lost with it
                server.process.stdin.close()
            if self._server is server:
                self._server = None
                self._retry(server)
        server.log.close()

    def _watch(self, server: _Server) -> None:
        """End a server that has fallen silent: something in it does not let go of the interpreter.

        It says something every few seconds. While it starts it cannot, and may take its time.
        """
        while not server.ended.wait(self._patience_s / 4):
            silent = time.monotonic() - server.heard
            if server.ready and silent > self._patience_s:
                server.process.kill()

    def _answer(self, message: Json) -> None:
        if "begun" in message:
            with self._lock:
                if message["id"] in self._pending:
                    self._pending[message["id"]].begun = True
            return
        if "check" in message:
            with self._lock:
                waiting = self._pending.get(message["id"])
            if waiting and waiting.on_check:
                # A display that is gone must not cost anyone else an answer.
                with contextlib.suppress(Exception):
                    waiting.on_check(message["check"])
            return
        with self._lock:
            pending = self._pending.pop(message["id"], None)
        if pending is None:
            return
        if "error" in message:
            pending.future.set_exception(
                JudgeError("judge", message["error"], "run `quizapp doctor`")
            )
            return
        try:
            answer = pending.read(message["ok"])
        except Exception as error:
            what = f"its answer cannot be read ({type(error).__name__}: {error})"
            pending.future.set_exception(JudgeError("judge", what, "run `quizapp doctor`"))
        else:
            pending.future.set_result(answer)

    def _retry(self, server: _Server) -> None:
        """The server is gone: nothing that it had not finished counts; ask once more.

        What it was not at yet has had no part in its end, and is not held against.
        """
        lost, self._pending = self._pending, {}
        what = "its server ended"
        last_words = server.last_words()
        if last_words:
            what += f": {last_words.splitlines()[-1]}"
        somebody_was = any(pending.begun for pending in lost.values())
        for number, pending in lost.items():
            if somebody_was and not pending.begun:
                pending.tries -= 1
            if number in server.stuck:
                text = f"it could not get on with this in {self._patience_s:g} s"
                pending.future.set_exception(LostError("judge", text, "report this"))
            elif pending.tries < _TRIES and not self._closed:
                self._dispatch(number, pending)
            else:
                kind = LostError if pending.begun else JudgeError
                pending.future.set_exception(kind("judge", what, "run `quizapp doctor`"))

    def _fail_all(self, what: str) -> None:
        with self._lock:
            lost, self._pending = self._pending, {}
        for pending in lost.values():
            pending.future.set_exception(JudgeError("judge", what))
