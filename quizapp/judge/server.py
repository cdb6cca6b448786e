"""The trusted server: `python -m quizapp.judge.server`, spoken to by `client` over its pipes.

Owns start-up (torch, tier, zygotes) and the queue; leaves judging to `judging`. The zygotes are
forked before the first request is read, so nothing of any task is in their memory.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import IO

import torch

from quizapp.domain.exercises import Exercise, Limits
from quizapp.judge import nursery, probing, protocol, sandbox, snippets, zygote
from quizapp.judge.judging import Judging
from quizapp.judge.protocol import Isolation, Json


class _Replies:
    """The way back to the client; one line at a time, from any thread."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, message: Json) -> None:
        with self._lock, suppress(BrokenPipeError):
            self._stream.write(json.dumps(message) + "\n")
            self._stream.flush()


class _Slot(sandbox.Slot):
    """A slot that knows for how long the judge itself has been at work.

    Attributes:
        request: number of the request that it serves; 0 for none.
        busy_since: since when nothing but this process works on that; None while a child, which has
            limits of its own, has its turn.
    """

    request = 0
    busy_since: float | None = None

    def run(
        self,
        payload: bytes,
        limits: Limits,
        listener: sandbox.Listener,
        *,
        training: bool = False,
        device: bool = False,
        without: Sequence[str] = (),
    ) -> sandbox.Ended:
        """As in `sandbox`."""
        self.busy_since = None
        try:
            return super().run(
                payload,
                limits,
                _Timed(self, listener),
                training=training,
                device=device,
                without=without,
            )
        finally:
            self.busy_since = time.monotonic()


class _Timed:
    """A listener whose work counts as the judge's."""

    def __init__(self, slot: _Slot, listener: sandbox.Listener) -> None:
        self._slot = slot
        self._listener = listener

    def hear(self, body: bytes) -> sandbox.Heard:
        self._slot.busy_since = time.monotonic()
        try:
            return self._listener.hear(body)
        finally:
            self._slot.busy_since = None

    def reply(self) -> bytes:
        return self._listener.reply()


class _Slots:
    """The zygotes, lent to one run at a time."""

    def __init__(self, slots: list[_Slot]) -> None:
        self._all = slots
        self._free: queue.SimpleQueue[_Slot] = queue.SimpleQueue()
        for slot in slots:
            self._free.put(slot)

    @contextmanager
    def one(self, request: int) -> Iterator[_Slot]:
        """A slot for the time of a `with`, in which it serves a request; waits for a free one."""
        slot = self._free.get()
        slot.request, slot.busy_since = request, time.monotonic()
        try:
            yield slot
        finally:
            slot.request, slot.busy_since = 0, None
            self._free.put(slot)

    def stuck(self, patience_s: float) -> list[int]:
        """Numbers of the requests that the judge itself has been at for too long."""
        now = time.monotonic()
        busy = [(slot.request, slot.busy_since) for slot in self._all]
        return [number for number, since in busy if since and now - since > patience_s]

    def close(self) -> None:
        """End all zygotes."""
        for slot in self._all:
            slot.close()


def _beat(replies: _Replies, slots: _Slots, patience_s: float, ended: threading.Event) -> None:
    """Say now and then that this process lives, and what it is stuck with."""
    while not ended.wait(min(_BEAT_S, patience_s / 4)):
        replies.send({"alive": True, "stuck": slots.stuck(patience_s)})


def _serve(
    requests: IO[str], replies: _Replies, slots: _Slots, jobs: int, found: Isolation
) -> None:
    judging = Judging(found.tier)
    exercises: dict[str, Exercise] = {}
    pool = ThreadPoolExecutor(jobs, "judge")
    try:
        for line in requests:
            request = json.loads(line)
            if request["op"] == "hello":
                replies.send({"id": request["id"], "ok": protocol.isolation_to_json(found)})
            elif request["op"] == "exercise":
                exercises[request["key"]] = protocol.exercise_from_json(request["exercise"])
            elif request["op"] == "forget":
                exercises.pop(request["key"], None)
            elif request["op"] == "judge":
                # Looked up now: it may be forgotten before its turn has come.
                exercise = exercises[request["exercise"]]
                pool.submit(_handle, request, replies, slots, partial(_judge, judging, exercise))
            else:
                pool.submit(_handle, request, replies, slots, _run_snippet)
    finally:
        # Nobody waits for an answer any more, not even for those in the making.
        pool.shutdown(wait=False, cancel_futures=True)


_BEAT_S = 5.0
_Work = Callable[[Json, _Replies, sandbox.Slot], Json]


def _handle(request: Json, replies: _Replies, slots: _Slots, work: _Work) -> None:
    number = request["id"]
    try:
        with slots.one(number) as slot:
            replies.send({"id": number, "begun": True})
            answer = work(request, replies, slot)
        replies.send({"id": number, "ok": answer})
    except Exception as error:
        traceback.print_exc()
        replies.send({"id": number, "error": f"{type(error).__name__}: {error}"})


def _judge(
    judging: Judging, exercise: Exercise, request: Json, replies: _Replies, slot: sandbox.Slot
) -> Json:
    outcome = judging.judge(
        slot,
        request["exercise"],
        exercise,
        protocol.bytes_from_text(request["source"]),
        filename=request["filename"],
        seed=request["seed"],
        instructor=request["instructor"],
        on_check=lambda check: replies.send({"id": request["id"], "check": check}),
    )
    return protocol.outcome_to_json(outcome)


def _run_snippet(request: Json, _: _Replies, slot: sandbox.Slot) -> Json:
    snippet = protocol.snippet_from_json(request["snippet"])
    return protocol.snippet_result_to_json(snippets.run(slot, snippet))


def main() -> None:
    """Become warm, fork the zygotes, answer until stdin closes."""
    arguments = argparse.ArgumentParser(prog="quizapp.judge.server")
    arguments.add_argument("--jobs", type=int, default=1)
    arguments.add_argument("--patience", type=float, default=300.0)
    given = arguments.parse_args()
    jobs: int = given.jobs
    # Whatever a reference prints must not get between the answers.
    replies = _Replies(os.fdopen(os.dup(1), "w"))
    os.dup2(2, 1)
    zygote.warm_torch()
    found = probing.probe()
    # Asking the driver would initialise CUDA here, and a forked child could not use it any more.
    device = "a simulated cuda:0" if torch.version.cuda is None else "the real cuda:0"
    found = replace(found, torch=str(torch.__version__), device=device)
    source, means = nursery.Nursery.forked(), probing.means_of(found)
    slots = _Slots([_Slot(source, means) for _ in range(jobs)])
    requests = os.fdopen(os.dup(0), "r")
    ended = threading.Event()
    # After the nursery: a fork with threads is none that can be relied on.
    beat = (replies, slots, given.patience, ended)
    threading.Thread(target=_beat, args=beat, name="beat", daemon=True).start()
    try:
        _serve(requests, replies, slots, jobs, found)
    finally:
        ended.set()
        slots.close()
        source.close()


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # the interpreter's own shutdown after torch costs up to half a second
