"""From one submission to its outcome. Owns the order of things and the verdicts of runs.

Leaves comparison to `compare`, matching of near misses to `diagnosis`, processes to `sandbox`.
What depends on the exercise alone (checks, reference values, data) is made once and kept.
"""

from __future__ import annotations

import difflib
import marshal
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch

from quizapp.domain.exercises import Exercise, NearMiss
from quizapp.domain.outcomes import (
    CheckResult,
    Diagnosis,
    Outcome,
    Tier,
    Verdict,
)
from quizapp.errors import CourseError
from quizapp.judge import (
    accelerator,
    compare,
    diagnosis,
    display,
    frames,
    notebooks,
    reading,
    removal,
    rules,
    running,
    structure,
    trace,
)
from quizapp.judge.checks import Check
from quizapp.judge.compare import Judged
from quizapp.judge.conversation import Conversation
from quizapp.judge.groups import unknown_groups
from quizapp.judge.faults import describe_end, describe_load_error, describe_syntax
from quizapp.judge.sandbox import Ended, HowEnded, Slot

LOAD = "load"
_LOAD_LABEL = "the file can be run"
_SEEDS_KEPT = 4
_PROCESSES = 2
_TRIES = 2
Streams = Mapping[str, tuple[running.Item, ...]]


class _Trusted(Mapping[str, tuple[running.Item, ...]]):
    """Check id -> what trusted code of the course yields in it, with one seed.

    A check is run, here in the judge, when it is first asked for: most near misses are told from a
    submission by their first check, and some are slow. Checks with a rule are left out, since
    nothing is compared in them.
    """

    _one_at_a_time = threading.RLock()  # the simulated accelerator patches torch while entered

    def __init__(self, case: _Case, source: str, filename: str, seed: int) -> None:
        self._case = case
        self._code = compile(source, filename, "exec", dont_inherit=True)
        self._filename = filename
        self._seed = seed
        self._names: dict[str, object] = {}
        self.forbidden_met: set[str] = set()
        self._checks = {check.id: check for check in case.checks if check.rule is None}
        self._streams: dict[str, tuple[running.Item, ...]] = {}

    def __getitem__(self, key: str) -> tuple[running.Item, ...]:
        with self._one_at_a_time:
            if key not in self._streams:
                self._streams[key] = self._run(self._checks[key])
            return self._streams[key]

    def __contains__(self, key: object) -> bool:
        return key in self._checks  # without running it

    def __iter__(self) -> Iterator[str]:
        return iter(self._checks)

    def __len__(self) -> int:
        return len(self._checks)

    def _run(self, check: Check) -> tuple[running.Item, ...]:
        exercise = self._case.exercise
        with accelerator.SimulatedAccelerator() if exercise.accelerator else _CPU() as device:
            if not self._names:
                namespace: dict[str, object] = {"__name__": Path(self._filename).stem}
                exec(self._code, namespace)
                self._names = {
                    name: namespace[name] for name in exercise.entry_points if name in namespace
                }
                self._names |= {"device": device.device(), "data": self._case.sandbox_data}
            watched = trace.OpTrace(forbidden=exercise.forbidden) if exercise.forbidden else None
            with watched or nullcontext():
                stream = running.expected_stream(
                    check, self._names, seed=self._seed, filename=self._filename
                )
            if watched is not None:
                self.forbidden_met |= watched.words_met
            return stream


@dataclass(slots=True)
class _Case:
    """An exercise, ready to judge: what does not depend on the submission."""

    exercise: Exercise
    checks: tuple[Check, ...]
    checks_code: bytes
    sandbox_data: dict[str, dict[str, torch.Tensor]]
    judge_data: dict[str, dict[str, torch.Tensor]]
    kept: OrderedDict[tuple[int, str], _Trusted] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    kernels: tuple[removal.Kernel, ...] | None = None

    def expected(self, seed: int) -> _Trusted:
        """What the reference yields."""
        return self._trusted(self.exercise.solution, self.exercise.solution_path, seed)

    def removed(self, seed: int) -> tuple[removal.Kernel, ...]:
        """Kernels of forbidden ops that the sandbox does without, since no check needs them.

        A check may use for its inputs, or a backward pass of the reference, what the submission may
        not; such an op is only watched.
        """
        if self.kernels is None:
            expected = self.expected(seed) if self.exercise.forbidden else {}
            for check in expected:
                expected[check]
            met = expected.forbidden_met if isinstance(expected, _Trusted) else set()
            self.kernels = removal.plan(tuple(w for w in self.exercise.forbidden if w not in met))
        return self.kernels

    def of_near_miss(self, miss: NearMiss, seed: int) -> _Trusted:
        """What a near miss yields."""
        return self._trusted(miss.source, f"{miss.name}.py", seed)

    def _trusted(self, source: str, filename: str, seed: int) -> _Trusted:
        key = (seed, filename)
        with self.lock:
            if key not in self.kept:
                self.kept[key] = _Trusted(self, source, filename, seed)
            self.kept.move_to_end(key)
            while len(self.kept) > _SEEDS_KEPT * (1 + len(self.exercise.near_misses)):
                self.kept.popitem(last=False)
            return self.kept[key]


class _CPU:
    """The device of exercises that do not ask for an accelerator."""

    def __enter__(self) -> _CPU:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def device(self) -> torch.device:
        return torch.device("cpu")


class Judging:
    """Judges; may be called from several threads, each with a slot of its own."""

    def __init__(self, tier: Tier) -> None:
        """`tier` is written into every outcome."""
        self._tier = tier
        self._exercises: dict[str, Exercise] = {}
        self._cases: dict[str, _Case] = {}
        self._lock = threading.Lock()

    def learn(self, key: str, exercise: Exercise) -> None:
        """Take an exercise; it is prepared when it is first judged."""
        self._exercises[key] = exercise

    def judge(
        self,
        slot: Slot,
        key: str,
        source: bytes,
        *,
        filename: str,
        seed: int,
        on_check: Callable[[str], None],
    ) -> Outcome:
        """Judge one submission of the exercise that was learnt as `key`."""
        started = time.perf_counter()
        exercise = self._exercises[key]
        output = b""
        found: Diagnosis | None = None
        try:
            case = self._case(key)
            its_run = _Judgement(slot, case, seed, filename, on_check)
            checks = its_run.judge(source)
            found = its_run.diagnose(checks)
            if found is None:
                checks = its_run.with_hints(checks)
            output = its_run.output
        except CourseError as error:
            checks = (_load_result(Verdict.GRADER_ERROR, str(error)),)
        return Outcome(
            exercise.slug,
            checks,
            found,
            seed,
            self._tier,
            (time.perf_counter() - started) * 1000,
            display.printed(output),
        )

    def _case(self, key: str) -> _Case:
        with self._lock:
            if key not in self._cases:
                self._cases[key] = _prepare(self._exercises[key])
            return self._cases[key]


def _prepare(exercise: Exercise) -> _Case:
    unknown = unknown_groups(exercise.forbidden)
    if unknown:
        what = f"there is no group of ops named `{unknown[0]}`"
        raise CourseError(
            Path(exercise.folder, "exercise.yaml"), 0, what, "see the groups in CONTRIBUTING.md"
        )
    checks = running.load_checks(exercise.checks, f"{exercise.slug}/checks.py")
    return _Case(
        exercise,
        checks,
        marshal.dumps(compile(exercise.checks, running.CHECKS_NAME, "exec", dont_inherit=True)),
        {name: _load_arrays(exercise, path) for name, path in exercise.sandbox_data.items()},
        {name: _load_arrays(exercise, path) for name, path in exercise.judge_data.items()},
    )


def _load_arrays(exercise: Exercise, path: str) -> dict[str, torch.Tensor]:
    """The arrays of an .npz file that the course brings; pickled ones are refused."""
    file = Path(exercise.folder, path)
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return {name: torch.from_numpy(arrays[name]) for name in arrays.files}
    except (OSError, ValueError) as error:
        raise CourseError(file, 0, f"cannot be read ({error})", "make it anew with np.savez") from (
            error
        )


def _load_result(verdict: Verdict, message: str) -> CheckResult:
    return CheckResult(LOAD, _LOAD_LABEL, verdict, 0, 0, message)


class _Judgement:
    """One submission on its way: state that lives for one call of `Judging.judge`."""

    def __init__(
        self,
        slot: Slot,
        case: _Case,
        seed: int,
        filename: str,
        on_check: Callable[[str], None],
    ) -> None:
        self.output = b""
        self._slot = slot
        self._case = case
        self._seed = seed
        self._filename = filename
        self._on_check = on_check
        self._streams: dict[str, tuple[running.Item, ...]] = {}

    def judge(self, source: bytes) -> tuple[CheckResult, ...]:
        """All check results, in the order of the checks; one more in front if loading failed."""
        try:
            text = reading.read_source(source, self._filename)
        except reading.UnreadableError as error:
            text = ""
            results = self._not_loaded(Judged(Verdict.UNREADABLE, error.message))
        else:
            results = self._judge_text(text)
        return tuple(
            replace(result, message=self._fit_to_show(result.message, text)) for result in results
        )

    def _fit_to_show(self, message: str, text: str) -> str:
        """Whatever a message quotes, it neither steers a terminal nor floods a page."""
        if self._filename.endswith(".ipynb"):
            message = notebooks.name_cells(message, text)
        return display.shorten(display.escape(message))

    def _judge_text(self, text: str) -> tuple[CheckResult, ...]:
        exercise = self._case.exercise
        reason = reading.nothing_written(text, exercise.starter)
        if reason:
            what = f"{reason}; write {exercise.signature} and check again"
            return self._not_loaded(Judged(Verdict.MISSING, what))
        return self._run_all(text)

    def diagnose(self, results: tuple[CheckResult, ...]) -> Diagnosis | None:
        """The near miss that the submission behaves like; None when it passed or is like none."""
        case = self._case
        failed = {result.id for result in results if result.verdict is not Verdict.PASSED}
        if not failed or not self._streams or not case.exercise.near_misses:
            return None
        expected = case.expected(self._seed)
        candidates = {
            miss.name: case.of_near_miss(miss, self._seed) for miss in case.exercise.near_misses
        }
        name = diagnosis.diagnose(case.checks, expected, self._streams, candidates)
        for miss in case.exercise.near_misses:
            if miss.name == name:
                return Diagnosis(miss.name, miss.diagnosis, miss.cards)
        return None

    def with_hints(self, results: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
        """The results with what can be told of wrong values that no near miss explains."""
        if not self._streams:
            return results
        expected = self._case.expected(self._seed)
        return structure.with_hints(results, self._case.checks, expected, self._streams)

    def _run_all(self, text: str) -> tuple[CheckResult, ...]:
        """Run the checks, in a new process after each one that took its process along."""
        found: dict[str, Judged] = {}
        remaining = [check.id for check in self._case.checks]
        for _ in range(_PROCESSES):
            conversation, ended = self._run_process(text, remaining)
            if not conversation.loaded:
                return self._not_loaded(self._why_not_loaded(conversation, ended, text))
            missing = self._missing_entry_point(conversation)
            if missing:
                return self._not_loaded(missing)
            for check in conversation.finished:
                self._streams[check] = tuple(conversation.streams[check])
            begun = conversation.current
            remaining = remaining[len(conversation.finished) :]
            if conversation.done or not remaining:
                remaining = []
                break
            culprit = begun or remaining[0]
            cases = compare.count_values(conversation.streams.get(culprit, []))
            found[culprit] = describe_end(ended, self._filename, text, cases=cases)
            remaining = remaining[1:]
            if not remaining:
                break
        why = "not run: the checks before it ended the process each time"
        found |= {check: Judged(Verdict.SKIPPED, why) for check in remaining}
        results = self._weigh(found, self._context(text))
        same = {(result.verdict, result.message) for result in results}
        if len(same) == 1 and results[0].verdict is Verdict.MISSING:  # say it once
            return self._not_loaded(Judged(Verdict.MISSING, results[0].message))
        return results

    def _context(self, text: str) -> compare.Context:
        return compare.Context(
            text, self.output.decode(errors="replace"), self._case.exercise.signature
        )

    def _run_process(self, text: str, run: list[str]) -> tuple[Conversation, Ended]:
        """One child. A lost zygote or a fault before the submission began is tried again."""
        exercise = self._case.exercise
        task = {
            "do": "judge",
            "source": text,
            "filename": self._filename,
            "checks": self._case.checks_code,
            "entry_points": list(exercise.entry_points),
            "forbidden": list(exercise.forbidden),
            "removed": list(self._case.removed(self._seed)),
            "accelerator": exercise.accelerator,
            "data": self._case.sandbox_data,
            "run": run,
            "seed": self._seed,
        }
        payload = frames.encode(task)
        # A word in the reference decides, not the submission: what it says costs only itself.
        training = "optim" in exercise.solution or "optim" in exercise.checks
        for _ in range(_TRIES):
            conversation = Conversation(run, exercise.limits.answer_mb << 20, self._on_check)
            ended = self._slot.run(
                payload,
                exercise.limits,
                conversation,
                training=training,
                device=exercise.accelerator,
            )
            self.output += ended.output
            if ended.how is not HowEnded.ZYGOTE_LOST and not conversation.internal:
                break
        return conversation, ended

    def _why_not_loaded(self, conversation: Conversation, ended: Ended, text: str) -> Judged:
        if conversation.internal:
            return Judged(Verdict.GRADER_ERROR, f"the sandbox failed: {conversation.internal}")
        if conversation.syntax is not None:
            return Judged(Verdict.SYNTAX, describe_syntax(conversation.syntax, text))
        if conversation.raised is not None:
            if conversation.raised.type_name == removal.REFUSED:
                return compare.judge_refused(conversation.raised, self._context(text))
            return describe_load_error(conversation.raised, self._context(text))
        return describe_end(ended, self._filename, text, loading=True)

    def _missing_entry_point(self, conversation: Conversation) -> Judged | None:
        exercise = self._case.exercise
        for name in exercise.entry_points:
            if name in conversation.defined:
                continue
            close = difflib.get_close_matches(name, conversation.called, n=1, cutoff=0.5)
            close = close or [other for other in conversation.called if name in other.lower()]
            if not close and len(conversation.called) == 1:
                close = list(conversation.called)
            what = f"found {close[0]}, expected {name}" if close else f"there is no {name} in it"
            what = f"{what}; define {exercise.signature}"
            return Judged(Verdict.MISSING, display.escape(what))
        return None

    def _not_loaded(self, found: Judged) -> tuple[CheckResult, ...]:
        skipped = (
            CheckResult(check.id, check.label, Verdict.SKIPPED, 0, check.points)
            for check in self._case.checks
        )
        return (_load_result(found.verdict, found.message), *skipped)

    def _weigh(
        self, found: Mapping[str, Judged], context: compare.Context
    ) -> tuple[CheckResult, ...]:
        """Compare every stream that is complete."""
        expected = self._case.expected(self._seed)
        results: list[CheckResult] = []
        verdicts: dict[str, Verdict] = {}
        for check in self._case.checks:
            if check.needs and verdicts[check.needs] is not Verdict.PASSED:
                verdict = Judged(Verdict.SKIPPED, f"needs {check.needs}, which did not pass")
            elif check.id in found:
                verdict = found[check.id]
            else:
                verdict = self._compare(check, expected, context)
            verdicts[check.id] = verdict.verdict
            points = check.points if verdict.verdict is Verdict.PASSED else 0
            results.append(
                CheckResult(
                    check.id, check.label, verdict.verdict, points, check.points, verdict.message
                )
            )
        return tuple(results)

    def _compare(self, check: Check, expected: Streams, context: compare.Context) -> Judged:
        got = self._streams[check.id]
        if check.rule is not None:
            return rules.judge_rule(check, got, self._case.judge_data, context)
        return compare.compare_streams(check, expected[check.id], got, context)
