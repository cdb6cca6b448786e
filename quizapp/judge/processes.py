"""The processes of one submission: which checks run in which, and what all of them may cost.

The passing path is one process for all checks. One that takes its process along (a crash, a
time-out, too much memory) costs the others nothing: they go on in a fresh one, and what has
finished is not run again. A check is run once more, alone, where the first run may have been
unfair to it:

- it did not pass, and checks before it had changed what the submission's globals hold;
- its time was up while it had to share the machine: a close call, once a submission, with twice
  the time (CPU seconds decide, but a crowded core makes them longer).

Time that is spent on lost processes is bounded, or a class in which everything hangs would take for
ever: after `PATIENCE` times the limit of one check, each of the others has but a `SLICE` of it, in
which an honest one is long done, and after one limit more the rest is left; sooner where no check
at all has come to its end. Leaves what an answer is worth to `judging`, the process to `sandbox`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from quizapp.domain.exercises import Limits
from quizapp.judge import frames
from quizapp.judge.cases import count_values
from quizapp.judge.conversation import Conversation
from quizapp.judge.prepared import Prepared
from quizapp.judge.running import Item
from quizapp.judge.sandbox import Ended, HowEnded, Slot
from quizapp.judge.words import Said, say

PATIENCE = 3.0
SLICE = 0.125
_CLOSE_CALL_FACTOR = 2.0
_BUSY = 0.05
_TRIES = 2
# What an earlier check can be to blame for. Nobody exits, or talks nonsense, for lack of room.
_MAY_BE_LEFTOVERS = frozenset({HowEnded.TIMED_OUT, HowEnded.SIGNALLED, HowEnded.OUTPUT_LIMIT})
Stream = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Ran:
    """One process: what it said and how it ended."""

    conversation: Conversation
    ended: Ended

    @property
    def our_fault(self) -> bool:
        """Whether it was lost without the submission's doing."""
        return self.ended.how is HowEnded.ZYGOTE_LOST or bool(self.conversation.internal)


@dataclass(frozen=True, slots=True)
class Loss:
    """A check that took its process along; `cases` is how many values it had answered with."""

    ran: Ran
    cases: int


@dataclass(slots=True)
class _Allowance:
    """The time that a submission may lose."""

    limits: Limits
    spent: float = 0.0

    def next(self, *, hopeful: bool) -> Limits | None:
        """The limits of the next process; None when there is to be none.

        Args:
            hopeful: whether any check has come to its end so far.
        """
        whole = PATIENCE * self.limits.cpu_s
        if self.spent < (whole if hopeful else whole - self.limits.cpu_s):
            return self.limits
        if hopeful and self.spent < whole + self.limits.cpu_s:
            return replace(self.limits, cpu_s=SLICE * self.limits.cpu_s)
        return None

    def spend(self, ended: Ended, limits: Limits) -> None:
        """Note a process that was lost; one that slept until its time was up has used it, too."""
        slept = limits.cpu_s if ended.how is HowEnded.TIMED_OUT else 0.0
        self.spent += max(ended.cpu_s, slept)

    @property
    def exhausted(self) -> Said:
        """Why there is no more time, for the learner."""
        return say("the checks before it, which did not end, have used up {s:.2g} s", s=self.spent)


class Processes:
    """All processes of one submission.

    Attributes:
        first: the process in which the submission was loaded first, once it was.
        streams: check id -> its whole stream, of those that came to their end.
        lost: check id -> how it took its process along.
        left: check id -> why it was not run to its end, of those that had no fair chance.
        output: what it printed; `hidden_output` is that of processes with hidden checks.
    """

    def __init__(
        self,
        slot: Slot,
        prepared: Prepared,
        task: dict[str, object],
        *,
        seed: int,
        passes: Callable[[str, Stream], bool],
        on_check: Callable[[str], None],
    ) -> None:
        """Nothing runs yet.

        Args:
            slot: where to run them.
            prepared: the exercise.
            task: source and filename, as the child wants them.
            seed: what inputs are drawn from.
            passes: whether a check's stream is right; may be asked while the next check runs.
            on_check: told of each check as it first begins.
        """
        self.first: Ran | None = None
        self.streams: dict[str, Stream] = {}
        self.lost: dict[str, Loss] = {}
        self.left: dict[str, Said] = {}
        self.output = b""
        self.hidden_output = b""
        self._slot = slot
        self._prepared = prepared
        self._task = task
        self._seed = seed
        self._passes = passes
        self._on_check = on_check
        self._announced: set[str] = set()
        self._allowance = _Allowance(prepared.exercise.limits)
        self._had_close_call = False

    def run(self) -> None:
        """Run every check that can be run; only the first process, when that cannot load."""
        waiting = [check.id for check in self._prepared.checks]
        while waiting := self._with_needs_met(waiting):
            limits = self._allowance.next(hopeful=bool(self.streams))
            if limits is None:
                why = say("not run: {why}", why=self._allowance.exhausted)
                self.left |= dict.fromkeys(waiting, why)
                return
            # Hidden checks come last and among themselves: what is printed in them stays hidden.
            group = [each for each in waiting if not self._hidden(each)] or waiting
            ran = self._process(group, limits)
            if self.first is None:
                ran = self._load_again(ran, group)
                self.first = ran
                if not ran.conversation.loaded:
                    return
            self._look_again(ran)
            waiting = [each for each in waiting if each not in self.streams]
            culprit = _culprit(ran, group)
            if culprit:
                waiting.remove(culprit)
                self._lose(culprit, ran, limits)
                if ran.our_fault:
                    self.left |= dict.fromkeys(waiting, say("not run: the sandbox was lost"))
                    return

    def _with_needs_met(self, waiting: list[str]) -> list[str]:
        """Those that may still be run: without any whose need is known not to pass."""
        open_ones: list[str] = []
        for each in waiting:
            need = self._prepared.by_id[each].needs
            if not need or need in open_ones or self._right(need):
                open_ones.append(each)
        return open_ones

    def _right(self, check: str) -> bool:
        """Whether a check has finished and passes; one that we cannot judge is in nobody's way."""
        if check not in self.streams:
            return False
        try:
            return self._passes(check, self.streams[check])
        except Exception:  # our own fault; it is raised again, and told, when results are weighed
            return True

    def _hidden(self, check: str) -> bool:
        return self._prepared.by_id[check].hidden

    def _look_again(self, ran: Ran) -> None:
        """Give checks that failed after the submission's globals had changed a run of their own."""
        marked = False
        for check in ran.conversation.finished:
            if marked and not self._right(check):
                self._alone(check)
            marked = marked or check in ran.conversation.marked

    def _lose(self, check: str, ran: Ran, limits: Limits) -> None:
        """A check took its process along; it may deserve another run."""
        self._allowance.spend(ran.ended, limits)
        whole = limits.cpu_s >= self._prepared.exercise.limits.cpu_s
        if ran.ended.how is HowEnded.TIMED_OUT and not whole:
            why = self._allowance.exhausted
            self.left[check] = say("stopped after {s:.2g} s: {why}", s=limits.cpu_s, why=why)
            return
        cases = count_values(ran.conversation.streams.get(check, []))
        self.lost[check] = Loss(ran, cases)
        if self._is_close_call(ran.ended, limits):
            self._alone(check, _CLOSE_CALL_FACTOR)
        elif ran.conversation.marked and ran.ended.how in _MAY_BE_LEFTOVERS:
            self._alone(check)

    def _is_close_call(self, ended: Ended, limits: Limits) -> bool:
        crowded = ended.waited_s > _BUSY * limits.cpu_s
        close = ended.how is HowEnded.TIMED_OUT and crowded and not self._had_close_call
        self._had_close_call |= close
        return close

    def _load_again(self, ran: Ran, group: list[str]) -> Ran:
        """Once more, when loading was a close call."""
        limits = self._prepared.exercise.limits
        if ran.conversation.loaded or not self._is_close_call(ran.ended, limits):
            return ran
        return self._process(group, replace(limits, cpu_s=_CLOSE_CALL_FACTOR * limits.cpu_s))

    def _alone(self, check: str, factor: float = 1.0) -> None:
        """Run one check in a process of its own; what comes of that counts."""
        limits = self._allowance.next(hopeful=bool(self.streams))
        if limits is None or limits.cpu_s < self._prepared.exercise.limits.cpu_s:
            return
        limits = replace(limits, cpu_s=factor * limits.cpu_s)
        before = self.streams.pop(check, None)
        ran = self._process([check], limits)
        if check in self.streams:
            self.lost.pop(check, None)
        elif ran.our_fault and before is not None:
            self.streams[check] = before
        else:
            if factor == 1:  # there is but one close call
                self._allowance.spend(ran.ended, limits)
            cases = count_values(ran.conversation.streams.get(check, []))
            self.lost[check] = Loss(ran, cases)

    def _process(self, run: list[str], limits: Limits) -> Ran:
        """One child. A lost zygote or a fault before the submission began is tried again."""
        by_id = self._prepared.by_id
        asks = [each for each in run if by_id[each].needs in run]
        without = self._prepared.without(self._seed)
        task = {
            **self._task,
            "do": "judge",
            "seed": self._seed,
            "exercise": self._prepared.task(),
            "run": run,
            "asks": asks,
            "without": list(without),
        }
        payload = frames.encode(task)
        for _ in range(_TRIES):
            conversation = Conversation(run, limits.answer_mb << 20, self._announce, asks=asks)
            conversation.on_end = partial(self._finish, conversation)
            conversation.may_run = lambda check: self._right(by_id[check].needs)
            ended = self._slot.run(
                payload,
                limits,
                conversation,
                training=self._prepared.training,
                device=self._prepared.exercise.accelerator,
                without=without,
            )
            ran = Ran(conversation, ended)
            self._keep_output(ended.output, hidden=any(map(self._hidden, run)))
            if not ran.our_fault:
                break
        return ran

    def _announce(self, check: str) -> None:
        if check not in self._announced:
            self._announced.add(check)
            self._on_check(check)

    def _finish(self, conversation: Conversation, check: str) -> None:
        """Keep a stream, and compare it already, while the child is busy with the next check."""
        self.streams[check] = tuple(conversation.streams[check])
        self._right(check)

    def _keep_output(self, printed: bytes, *, hidden: bool) -> None:
        """What a process printed; without what every process prints while it loads the file."""
        earlier = self.output + self.hidden_output
        if printed and earlier.startswith(printed):
            return
        if hidden:
            self.hidden_output += printed
        else:
            self.output += printed


def _culprit(ran: Ran, group: list[str]) -> str:
    """The check that a process was lost in; empty when it did all that it had to."""
    said = ran.conversation
    if said.done:
        return ""
    dealt_with = {*said.finished, *said.left_out}
    return said.current or next((each for each in group if each not in dealt_with), "")
