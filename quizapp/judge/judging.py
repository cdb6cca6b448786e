"""From one submission to its outcome. Owns the order of things and the verdicts of runs.

Leaves comparison to `compare`, matching of near misses to `diagnosis`, what runs in which process
to `processes`, and what depends on the exercise alone to `prepared`.
"""

from __future__ import annotations

import difflib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from quizapp.domain.exercises import Exercise
from quizapp.domain.outcomes import (
    CheckResult,
    Diagnosis,
    Outcome,
    Tier,
    Verdict,
)
from quizapp.errors import CourseError
from quizapp.judge import (
    compare,
    diagnosis,
    display,
    proofs,
    reading,
    removal,
    rules,
    structure,
)
from quizapp.judge.checks import Check
from quizapp.judge.conversation import Conversation
from quizapp.judge.faults import describe_end, describe_load_error, describe_syntax
from quizapp.judge.prepared import Prepared, prepare
from quizapp.judge.processes import Loss, Processes, Ran, Stream
from quizapp.judge.sandbox import Slot
from quizapp.judge.verdicts import (
    NOTHING_KNOWN,
    PASSED,
    Context,
    Judged,
    fold_repeats,
    judge_refused,
)
from quizapp.judge.words import Said, same, say

LOAD = "load"
_LOAD_LABEL = "the file can be run"
_EXERCISES_KEPT = 64
_HIDDEN = {
    Verdict.FAILED: say("it gave a wrong answer"),
    Verdict.ERRORED: say("it raised an exception"),
    Verdict.TIMED_OUT: say("it took too long"),
    Verdict.OUTPUT_LIMIT: say("it printed or returned too much"),
    Verdict.OUT_OF_MEMORY: say("it took too much memory"),
    Verdict.NO_RESULT: say("it ended without an answer"),
    Verdict.CRASHED: say("its process crashed"),
    Verdict.BLOCKED: say("it did what the sandbox does not allow"),
    Verdict.POLICY: say("it used what this task is to be solved without"),
    Verdict.MISSING: say("it cannot be called as the task says"),
    Verdict.GRADER_ERROR: say("it could not be judged, by our own fault"),
}


class Judging:
    """Judges; may be called from several threads, each with a slot of its own."""

    def __init__(self, tier: Tier) -> None:
        """`tier` is written into every outcome."""
        self._tier = tier
        self._prepared: OrderedDict[str, Prepared] = OrderedDict()
        self._lock = threading.Lock()

    def judge(
        self,
        slot: Slot,
        key: str,
        exercise: Exercise,
        source: bytes,
        *,
        filename: str,
        seed: int,
        instructor: bool = False,
        on_check: Callable[[str], None] = lambda _: None,
    ) -> Outcome:
        """Judge one submission.

        Args:
            slot: where it runs; nobody else may use it meanwhile.
            key: of the exercise, by its content: what is prepared for it is kept.
            exercise: what it is a submission of.
            source: the file as it was handed in.
            filename: what messages call it.
            seed: what inputs are drawn from.
            instructor: whether the outcome is for one who may know about hidden checks.
            on_check: told of each check as it begins.
        """
        started = time.perf_counter()
        output = b""
        found: Diagnosis | None = None
        try:
            prepared = self._prepare(key, exercise)
            judgement = _Judgement(
                slot,
                prepared,
                seed=seed,
                filename=filename,
                instructor=instructor,
                on_check=on_check,
            )
            checks = judgement.judge(source)
            found = judgement.diagnose(checks)
            if found is None:
                checks = judgement.with_hints(checks)
            output = judgement.output
        except CourseError as error:
            checks = (_load_result(Verdict.GRADER_ERROR, same(str(error))),)
        return Outcome(
            exercise.slug,
            checks,
            found,
            seed,
            self._tier,
            (time.perf_counter() - started) * 1000,
            display.printed(output),
        )

    def _prepare(self, key: str, exercise: Exercise) -> Prepared:
        """The exercise, ready; the least recently used one is let go when there are many."""
        with self._lock:
            if key not in self._prepared:
                self._prepared[key] = prepare(exercise)
            self._prepared.move_to_end(key)
            while len(self._prepared) > _EXERCISES_KEPT:
                self._prepared.popitem(last=False)
            return self._prepared[key]


def _load_result(verdict: Verdict, message: Said) -> CheckResult:
    return CheckResult(LOAD, _LOAD_LABEL, verdict, 0, 0, str(message), message_zh=message.chinese)


class _Judgement:
    """One submission on its way: state that lives for one call of `Judging.judge`."""

    def __init__(
        self,
        slot: Slot,
        prepared: Prepared,
        *,
        seed: int,
        filename: str,
        instructor: bool,
        on_check: Callable[[str], None],
    ) -> None:
        self.output = b""
        self._slot = slot
        self._prepared = prepared
        self._seed = seed
        self._filename = filename
        self._instructor = instructor
        self._on_check = on_check
        self._streams: dict[str, Stream] = {}
        self._passed: set[str] = set()
        self._text = ""

    def judge(self, source: bytes) -> tuple[CheckResult, ...]:
        """All check results, in the order of the checks; one more in front if loading failed."""
        try:
            self._text = reading.read_source(source, self._filename)
        except reading.UnreadableError as error:
            results = self._not_loaded(Judged(Verdict.UNREADABLE, error.message))
        else:
            results = self._judge_text()
        return tuple(self._fit_to_show(result) for result in results)

    def _fit_to_show(self, result: CheckResult) -> CheckResult:
        """Whatever a message quotes, it neither steers a terminal nor floods a page, nor tells."""
        message = display.fit(Said(result.message, result.message_zh))
        check = self._prepared.by_id.get(result.id)
        if check is None or not check.hidden or result.verdict not in _HIDDEN:
            return replace(result, message=str(message), message_zh=message.chinese)
        told = say("a hidden check: {what}", what=_HIDDEN[result.verdict])
        detail = message if self._instructor else Said()
        return replace(
            result,
            message=str(told),
            detail=str(detail),
            message_zh=told.chinese,
            detail_zh=detail.chinese,
        )

    def _judge_text(self) -> tuple[CheckResult, ...]:
        exercise = self._prepared.exercise
        reason = reading.nothing_written(self._text, exercise.starter)
        if reason:
            what = say(
                "{reason}; write {signature} and check again",
                reason=reason,
                signature=exercise.signature,
            )
            return self._not_loaded(Judged(Verdict.MISSING, what))
        return self._run_all()

    def diagnose(self, results: tuple[CheckResult, ...]) -> Diagnosis | None:
        """The near miss that the submission behaves like; None when it passed or is like none.

        What only hidden checks tell is told to instructors alone.
        """
        prepared = self._prepared
        checks = [check for check in prepared.checks if self._instructor or not check.hidden]
        failed = {result.id for result in results if result.verdict is not Verdict.PASSED}
        if not self._streams or failed.isdisjoint(check.id for check in checks):
            return None
        expected = prepared.expected(self._seed)
        near_misses = prepared.exercise.near_misses
        candidates = {miss.name: prepared.of_near_miss(miss, self._seed) for miss in near_misses}
        name = diagnosis.diagnose(checks, expected, self._streams, candidates)
        for miss in near_misses:
            if miss.name == name:
                return Diagnosis(miss.name, miss.diagnosis, miss.cards)
        return None

    def with_hints(self, results: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
        """The results with what can be told of wrong values that no near miss explains."""
        if not self._streams:
            return results
        expected = self._prepared.expected(self._seed)
        return structure.with_hints(results, self._prepared.checks, expected, self._streams)

    def _run_all(self) -> tuple[CheckResult, ...]:
        processes = Processes(
            self._slot,
            self._prepared,
            {"source": self._text, "filename": self._filename},
            seed=self._seed,
            passes=self._passes,
            on_check=self._on_check,
        )
        processes.run()
        self.output = processes.output
        if self._instructor:
            self.output += processes.hidden_output
        first = processes.first
        if first is not None and not first.conversation.loaded:
            return self._not_loaded(self._why_not_loaded(first))
        missing = self._missing_entry_point(first.conversation) if first else None
        if missing:
            return self._not_loaded(missing)
        self._streams = processes.streams
        found = {check: self._judge_loss(loss) for check, loss in processes.lost.items()}
        found |= {check: Judged(Verdict.SKIPPED, why) for check, why in processes.left.items()}
        results = self._weigh(found)
        alike = {(result.verdict, result.message, result.message_zh) for result in results}
        if len(alike) == 1 and results[0].verdict is Verdict.MISSING:  # say it once
            _, *texts = alike.pop()
            return self._not_loaded(Judged(Verdict.MISSING, Said(*texts)))
        return fold_repeats(results)

    def _context(self) -> Context:
        return Context(
            self._text, self.output.decode(errors="replace"), self._prepared.exercise.signature
        )

    def _judge_loss(self, loss: Loss) -> Judged:
        if not loss.ran.conversation.loaded:  # though it could be loaded before
            return self._why_not_loaded(loss.ran)
        return describe_end(loss.ran.ended, self._filename, self._text, cases=loss.cases)

    def _why_not_loaded(self, ran: Ran) -> Judged:
        conversation = ran.conversation
        if conversation.internal:
            return Judged(
                Verdict.GRADER_ERROR, say("the sandbox failed: {why}", why=conversation.internal)
            )
        if conversation.syntax is not None:
            return Judged(Verdict.SYNTAX, describe_syntax(conversation.syntax, self._text))
        if conversation.raised is not None:
            if conversation.raised.type_name == removal.REFUSED:
                return judge_refused(conversation.raised, self._context())
            return describe_load_error(conversation.raised, self._context())
        return describe_end(ran.ended, self._filename, self._text, loading=True)

    def _missing_entry_point(self, conversation: Conversation) -> Judged | None:
        exercise = self._prepared.exercise
        for name in exercise.entry_points:
            if name in conversation.defined:
                continue
            close = difflib.get_close_matches(name, conversation.called, n=1, cutoff=0.5)
            close = close or [other for other in conversation.called if name in other.lower()]
            if not close and len(conversation.called) == 1:
                close = list(conversation.called)
            what = say("there is no {name} in it", name=name)
            if close:
                what = say("found {other}, expected {name}", other=close[0], name=name)
            what = say("{what}; define {signature}", what=what, signature=exercise.signature)
            return Judged(Verdict.MISSING, what.map(display.escape))
        return None

    def _not_loaded(self, found: Judged) -> tuple[CheckResult, ...]:
        skipped = (
            CheckResult(check.id, check.label, Verdict.SKIPPED, 0, check.points)
            for check in self._prepared.checks
        )
        return (_load_result(found.verdict, found.message), *skipped)

    def _weigh(self, found: dict[str, Judged]) -> tuple[CheckResult, ...]:
        """The results: what is `found` already, and every stream compared."""
        context = self._context()
        results: list[CheckResult] = []
        verdicts: dict[str, Verdict] = {}
        for check in self._prepared.checks:
            if check.needs and verdicts[check.needs] is not Verdict.PASSED:
                why = say("needs {check}, which did not pass", check=check.needs)
                judged = Judged(Verdict.SKIPPED, why)
            elif check.id in found:
                judged = found[check.id]
            elif check.id in self._passed:
                judged = PASSED
            else:
                judged = self._compare(check.id, self._streams[check.id], context)
            if judged.verdict is Verdict.PASSED and check.rule is None:
                judged = self._prove(check, context)
            verdicts[check.id] = judged.verdict
            points = check.points if judged.verdict is Verdict.PASSED else 0
            results.append(
                CheckResult(
                    check.id,
                    check.label,
                    judged.verdict,
                    points,
                    check.points,
                    str(judged.message),
                    message_zh=judged.message.chinese,
                )
            )
        return tuple(results)

    def _prove(self, check: Check, context: Context) -> Judged:
        """A check that passed by its values passes by costs that were measured elsewhere, too."""
        expected = self._prepared.expected(self._seed)[check.id]
        got = self._streams[check.id]
        try:
            proven = proofs.prove(
                self._slot,
                self._prepared.exercise,
                check,
                expected,
                got,
                without=self._prepared.without(self._seed),
            )
        except proofs.UnprovenError as error:
            verdict = Verdict.GRADER_ERROR if error.ours else Verdict.FAILED
            return Judged(verdict, error.message)
        if proven == got:
            return PASSED
        self._streams[check.id] = proven
        return self._compare(check.id, proven, context)

    def _passes(self, check: str, stream: Stream) -> bool:
        """Whether a stream is right; remembered, so that it is compared but once."""
        if check not in self._passed:
            judged = self._compare(check, stream, NOTHING_KNOWN)
            if judged.verdict is Verdict.PASSED:
                self._passed.add(check)
        return check in self._passed

    def _compare(self, check_id: str, got: Stream, context: Context) -> Judged:
        check = self._prepared.by_id[check_id]
        if check.rule is not None:
            return rules.judge_rule(check, got, self._prepared.judge_data, context)
        expected = self._prepared.expected(self._seed)
        return compare.compare_streams(check, expected[check_id], got, context)
