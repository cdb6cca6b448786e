"""Verdicts against a bare fork that runs the same cases, and what a class costs as it grows.

The floor is a process that is warm for torch, forks, runs the submission's cases and ends: without
isolation, comparison or anybody who reads the answer. That of a cold start imports torch and runs
them once.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import Row, median_of, seconds

if TYPE_CHECKING:
    from quizapp.domain.exercises import Exercise
    from quizapp.judge.client import Judge

ROOT = Path(__file__).parents[1]
RUNS = {
    "detection/iou": 40,
    "convolution/conv2d-single": 40,
    "linear-regression/linear-regression-tensors": 40,
    "gpu/cnn-gpu": 3,
}
COLD_STARTS = 5
_ONCE = "--once"
CLASS_SIZES = (30, 300, 3000)
_JOBS = 2
_IN_FLIGHT = 3 * _JOBS


def rows() -> list[Row]:
    """Warm verdicts of all exercises, then the growth of a class."""
    from quizapp.judge.client import Judge

    found = [_cold_start("detection/iou")]
    with Judge() as judge:
        judge.warm().result()
        for name, runs in RUNS.items():
            found.append(_warm_verdict(judge, name, runs))
    return found + _class_rows()


def _exercise(name: str) -> Exercise:
    from quizapp.course import load_exercise

    return load_exercise(ROOT, *name.split("/"))


def _cold_start(name: str) -> Row:
    """From nothing to the first verdict, and to the end of all processes."""
    from quizapp.judge.client import Judge

    exercise = _exercise(name)

    def ours() -> None:
        with Judge() as judge:
            assert judge.judge(exercise, exercise.solution.encode(), seed=1).result().passed

    def bare() -> None:
        command = [sys.executable, "-m", "benchmarks.judge", name, _ONCE]
        subprocess.run(command, cwd=ROOT, check=True)

    cold, floor = median_of(COLD_STARTS, partial(seconds, ours), partial(seconds, bare))
    return Row(f"cold start for {exercise.slug}", cold, "one process, same cases", floor, 2.0)


def _warm_verdict(judge: Judge, name: str, runs: int) -> Row:
    """Save → verdict in a warm session."""
    exercise = _exercise(name)
    source = exercise.solution.encode()

    def ours() -> float:
        return seconds(lambda: judge.judge(exercise, source, seed=1).result())

    with floor_of(name) as bare:
        for action in (ours, bare):
            action()
        warm, fork = median_of(runs, ours, bare)
    return Row(f"warm verdict for {exercise.slug}", warm, "bare fork, same cases", fork, 2.0)


def _class_rows() -> list[Row]:
    """What one more submission costs, and what stays in memory, from 30 to 3,000 of them."""
    from quizapp.judge.client import Judge

    exercise = _exercise("detection/iou")
    few, _, many = CLASS_SIZES
    with Judge(jobs=_JOBS) as judge:
        judge.warm().result()
        assert judge.pid is not None
        cost, memory = {}, {}
        begun = 0
        for size in CLASS_SIZES:
            count = size - begun
            took = seconds(lambda: _judge_many(judge, exercise, begun, count))  # noqa: B023
            cost[size], memory[size] = took / count, _memory_mb(judge.pid)
            begun = size
    text = f"submissions 301 to {many:,}, each"
    return [
        Row(text, cost[many], f"the first {few}, each", cost[few], 1.1),
        Row(f"memory after {many:,}", memory[many], f"after {few}", memory[few], 1.1, "MB"),
    ]


def _judge_many(judge: Judge, exercise: Exercise, first: int, count: int) -> None:
    """Judge different files with the same solution, a few at a time as `grade` does."""
    flying: set[Future[Any]] = set()
    for number in range(first, first + count):
        source = f"# {number}\n{exercise.solution}".encode()
        flying.add(judge.judge(exercise, source, seed=1, instructor=True))
        while len(flying) >= _IN_FLIGHT:
            done, flying = wait(flying, return_when=FIRST_COMPLETED)
            for future in done:
                assert future.result().passed
    for future in flying:
        assert future.result().passed


def _memory_mb(pid: int) -> float:
    """Anonymous memory of this process, the server and all below it, shared pages once; MiB."""
    total = 0
    waiting = [os.getpid()]
    while waiting:
        process = Path("/proc") / str(waiting.pop())
        try:
            text = (process / "smaps_rollup").read_text(encoding="ascii")
            total += int(text.partition("\nPss_Anon:")[2].split()[0])
            for task in (process / "task").iterdir():
                waiting += map(int, (task / "children").read_text(encoding="ascii").split())
        except OSError:  # it has just ended
            continue
    assert total, pid
    return total / 1024


@contextmanager
def floor_of(name: str) -> Iterator[Callable[[], float]]:
    """The floor in a process of its own: this one has threads, and forking it would be unfair."""
    command = [sys.executable, "-m", "benchmarks.judge", name]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as floor:

        def bare() -> float:
            assert floor.stdin is not None
            assert floor.stdout is not None
            floor.stdin.write(b"\n")
            floor.stdin.flush()
            return float(floor.stdout.readline())

        yield bare
        floor.communicate()


def serve_floor(name: str) -> None:
    """Fork and run the cases once for each line of stdin; print the seconds that it took."""
    from quizapp.judge import zygote

    zygote.warm_torch()
    cases, training = _cases(name)
    if training:
        zygote.warm_training()
    for _ in sys.stdin:
        started = time.perf_counter()
        pid = os.fork()
        if pid == 0:
            cases()
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        assert status == 0, "the floor's own run failed"
        print(time.perf_counter() - started, flush=True)


def _cases(name: str) -> tuple[Callable[[], None], bool]:
    """What runs the cases of an exercise with its reference; whether it has to do with training."""
    from quizapp.judge import accelerator
    from quizapp.judge.prepared import prepare

    exercise = _exercise(name)
    prepared = prepare(exercise)

    def cases() -> None:
        import torch

        names: dict[str, Any] = {"data": prepared.sandbox_data, "device": torch.device("cpu")}
        if exercise.accelerator:
            chosen = accelerator.SimulatedAccelerator().__enter__()
            names["device"] = chosen.device()
        namespace: dict[str, Any] = {"__name__": "submission"}
        exec(compile(exercise.solution, "submission.py", "exec"), namespace)
        names |= {entry: namespace[entry] for entry in exercise.entry_points}
        for check in prepared.checks:
            rng = torch.Generator().manual_seed(1)
            given = {**names, "rng": rng}
            for _ in check.function(**{each: given[each] for each in check.parameters}):
                pass

    return cases, prepared.training


if __name__ == "__main__":
    if _ONCE in sys.argv:
        _cases(sys.argv[1])[0]()
    else:
        serve_floor(sys.argv[1])
