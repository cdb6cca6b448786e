"""A warm verdict against a bare fork of a torch-warm process that runs the same cases."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import Row, median_of, seconds

ROOT = Path(__file__).parents[1]
RUNS = 40


def rows() -> list[Row]:
    """Save → verdict for `iou` in a warm session."""
    from quizapp.course import load_exercise
    from quizapp.judge.client import Judge

    exercise = load_exercise(ROOT, "detection", "iou")
    source = exercise.solution.encode()
    # The floor lives in a process of its own: this one has threads, and forking it would be unfair.
    with (
        Judge() as judge,
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.judge"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as floor,
    ):
        for _ in range(3):
            judge.judge(exercise, source, seed=1).result()

        def ours() -> float:
            return seconds(lambda: judge.judge(exercise, source, seed=1).result())

        def bare() -> float:
            assert floor.stdin is not None
            assert floor.stdout is not None
            floor.stdin.write(b"\n")
            floor.stdin.flush()
            return float(floor.stdout.readline())

        bare()
        warm, fork = median_of(RUNS, ours, bare)
        floor.communicate()
    return [Row("warm verdict for iou", warm, "bare fork, same cases", fork, 2.0)]


def serve_floor() -> None:
    """Fork and run the cases, without any isolation or comparison, once for each line of stdin."""
    import torch

    from quizapp.course import load_exercise
    from quizapp.judge import zygote
    from quizapp.judge.running import load_checks

    zygote.warm_torch()
    exercise = load_exercise(ROOT, "detection", "iou")
    checks = load_checks(exercise.checks, "checks.py")

    def cases() -> None:
        namespace: dict[str, Any] = {}
        exec(compile(exercise.solution, "iou.py", "exec"), namespace)
        for check in checks:
            names: dict[str, Any] = {"iou": namespace["iou"]}
            if "rng" in inspect.signature(check.function).parameters:
                names["rng"] = torch.Generator().manual_seed(1)
            for _ in check.function(**names):
                pass

    for _ in sys.stdin:
        started = time.perf_counter()
        pid = os.fork()
        if pid == 0:
            cases()
            os._exit(0)
        os.waitpid(pid, 0)
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    serve_floor()
