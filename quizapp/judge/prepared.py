"""An exercise, ready to judge. Owns all that depends on the exercise alone: made once and kept.

That is its checks, its data, what trusted code of the course yields, and the part of the task that
every child of it is sent. Leaves submissions to `judging`.
"""

from __future__ import annotations

import marshal
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from quizapp.domain.exercises import Exercise, NearMiss
from quizapp.errors import CourseError
from quizapp.judge import accelerator, accusations, frames, running, trace
from quizapp.judge.checks import Check
from quizapp.judge.groups import unknown_groups

_SEEDS_KEPT = 4
Arrays = dict[str, dict[str, torch.Tensor]]


class Trusted(Mapping[str, tuple[running.Item, ...]]):
    """Check id -> what trusted code of the course yields in it, with one seed.

    A check is run, here in the judge, when it is first asked for: most near misses are told from a
    submission by their first check, and some are slow. Checks with a rule are left out, since
    nothing is compared in them.

    Attributes:
        forbidden_met: words of `forbidden:` that were met in the checks that have been run.
    """

    _one_at_a_time = threading.RLock()  # the simulated accelerator patches torch while entered

    def __init__(self, prepared: Prepared, source: str, filename: str, seed: int) -> None:
        """`source` is compiled as `filename`; nothing is run yet."""
        self._prepared = prepared
        self._code = compile(source, filename, "exec", dont_inherit=True)
        self._filename = filename
        self._seed = seed
        self._names: dict[str, object] = {}
        self.forbidden_met: set[str] = set()
        # Only what the sandbox may do without is asked; to watch each op of a slow near miss that
        # has nothing to hide would take minutes.
        reference = filename == prepared.exercise.solution_path
        self._watches = bool(prepared.exercise.forbidden) and reference and not prepared.is_planned
        self._checks = {check.id: check for check in prepared.checks if check.rule is None}
        self._streams: dict[str, tuple[running.Item, ...]] = {}

    def __getitem__(self, key: str) -> tuple[running.Item, ...]:
        """The stream of a check, run now if it has not been."""
        with self._one_at_a_time:
            if key not in self._streams:
                self._streams[key] = self._run(self._checks[key])
            return self._streams[key]

    def __contains__(self, key: object) -> bool:
        """Whether there is such a check; does not run it."""
        return key in self._checks

    def __iter__(self) -> Iterator[str]:
        """The ids of the checks."""
        return iter(self._checks)

    def __len__(self) -> int:
        """How many checks there are."""
        return len(self._checks)

    def _run(self, check: Check) -> tuple[running.Item, ...]:
        exercise = self._prepared.exercise
        with accelerator.SimulatedAccelerator() if exercise.accelerator else _CPU() as device:
            if not self._names:
                namespace: dict[str, object] = {"__name__": Path(self._filename).stem}
                exec(self._code, namespace)
                self._names = {
                    name: namespace[name] for name in exercise.entry_points if name in namespace
                }
                self._names |= {"device": device.device(), "data": self._prepared.sandbox_data}
            found = accusations.Accusations()
            watched = trace.OpTrace(forbidden=exercise.forbidden, accusations=found)
            with watched if self._watches else nullcontext():
                stream = running.expected_stream(
                    check, self._names, seed=self._seed, filename=self._filename
                )
            self.forbidden_met |= found.words_met
            return stream


class _CPU:
    """The device of exercises that do not ask for an accelerator."""

    def __enter__(self) -> _CPU:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def device(self) -> torch.device:
        return torch.device("cpu")


@dataclass(slots=True)
class Prepared:
    """What judging any submission of an exercise needs.

    Attributes:
        checks: in their order; `by_id` the same by name.
        training: whether it has to do with optimizers, which a zygote then imports beforehand.
    """

    exercise: Exercise
    checks: tuple[Check, ...]
    by_id: Mapping[str, Check]
    training: bool
    sandbox_data: Arrays
    judge_data: Arrays
    _task: bytes = b""
    _without: tuple[str, ...] | None = None
    _kept: OrderedDict[tuple[int, str], Trusted] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_planned(self) -> bool:
        """Whether it is known which forbidden ops the sandbox does without."""
        return self._without is not None

    def task(self) -> bytes:
        """The part of a child's task that is the same for all submissions, encoded once."""
        if not self._task:
            exercise = self.exercise
            code = compile(exercise.checks, running.CHECKS_NAME, "exec", dont_inherit=True)
            self._task = frames.encode(
                {
                    "checks": marshal.dumps(code),
                    "entry_points": list(exercise.entry_points),
                    "forbidden": list(exercise.forbidden),
                    "accelerator": exercise.accelerator,
                    "data": self.sandbox_data,
                }
            )
        return self._task

    def without(self, seed: int) -> tuple[str, ...]:
        """The words of `forbidden:` whose ops the sandbox does without, since no check needs them.

        A check may use for its inputs, or a backward pass of the reference, what the submission may
        not; such an op is only watched. Found out once, with the first seed.
        """
        if self._without is None:
            met: frozenset[str] | set[str] = frozenset()
            if self.exercise.forbidden:
                expected = self.expected(seed)
                for check in expected:
                    expected[check]
                met = expected.forbidden_met
            self._without = tuple(word for word in self.exercise.forbidden if word not in met)
        return self._without

    def expected(self, seed: int) -> Trusted:
        """What the reference yields."""
        return self._trusted(self.exercise.solution, self.exercise.solution_path, seed)

    def of_near_miss(self, miss: NearMiss, seed: int) -> Trusted:
        """What a near miss yields."""
        return self._trusted(miss.source, f"{miss.name}.py", seed)

    def _trusted(self, source: str, filename: str, seed: int) -> Trusted:
        key = (seed, filename)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = Trusted(self, source, filename, seed)
            self._kept.move_to_end(key)
            while len(self._kept) > _SEEDS_KEPT * (1 + len(self.exercise.near_misses)):
                self._kept.popitem(last=False)
            return self._kept[key]


def prepare(exercise: Exercise) -> Prepared:
    """Load an exercise's checks and data.

    Raises:
        CourseError: its checks, its data or what it forbids cannot be used.
    """
    unknown = unknown_groups(exercise.forbidden)
    if unknown:
        what = f"there is no group of ops named `{unknown[0]}`"
        raise CourseError(
            Path(exercise.folder, "exercise.yaml"), 0, what, "see the groups in CONTRIBUTING.md"
        )
    checks = running.load_checks(exercise.checks, f"{exercise.slug}/checks.py")
    return Prepared(
        exercise,
        checks,
        {check.id: check for check in checks},
        # A word in the reference decides, not the submission: what it says costs only itself.
        "optim" in exercise.solution or "optim" in exercise.checks,
        {name: _load(exercise, path) for name, path in exercise.sandbox_data.items()},
        {name: _load(exercise, path) for name, path in exercise.judge_data.items()},
    )


def _load(exercise: Exercise, path: str) -> dict[str, torch.Tensor]:
    """The arrays of an .npz file that the course brings; pickled ones are refused."""
    file = Path(exercise.folder, path)
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return {name: torch.from_numpy(arrays[name]) for name in arrays.files}
    except (OSError, ValueError) as error:
        raise CourseError(file, 0, f"cannot be read ({error})", "make it anew with np.savez") from (
            error
        )
