"""Counts that the counted code cannot forge: each counted call is run again from its record.

Owns that exchange and what comes of it. With what a counted call gave, a submission sends the
program of torch ops that gave it (`program`). Here the program goes to a fresh process that never
saw the submission, together with the judge's own arguments; what comes back must be the expected
value, and what that cost takes the place of what the submission claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from quizapp.domain.exercises import Exercise
from quizapp.judge import agree, frames, program
from quizapp.judge.checks import Check
from quizapp.judge.conversation import Conversation
from quizapp.judge.groups import falls_under, rule_of
from quizapp.judge.items import Item, Yielded
from quizapp.judge.program import ProgramError
from quizapp.judge.sandbox import Slot
from quizapp.judge.values import OpCount, TensorValue, Value
from quizapp.judge.words import Said, say


class UnprovenError(Exception):
    """A count that cannot be believed.

    Attributes:
        message: for the learner.
        ours: whether the sandbox failed, not the submission.
    """

    def __init__(self, message: Said, *, ours: bool = False) -> None:
        super().__init__(str(message))
        self.message = message
        self.ours = ours


def _beside(why: str) -> UnprovenError:
    """Right values that did not come about as they should have."""
    return UnprovenError(
        say(
            "the values are right, but torch operations on the arguments do not give them: {why}; "
            "work them out with tensor operations from start to end",
            why=why,
        )
    )


@dataclass(frozen=True, slots=True)
class _Call:
    """A counted call: its program, the judge's arguments, and the tensors that it must give."""

    program: Value
    arguments: Value
    expected: list[TensorValue]


def prove(
    slot: Slot,
    exercise: Exercise,
    check: Check,
    expected: Sequence[Item],
    got: Sequence[Item],
    *,
    without: Sequence[str] = (),
) -> tuple[Item, ...]:
    """A stream that agrees with the expected one, with counts that were measured again.

    Args:
        slot: where the programs run; its zygote is free.
        exercise: whose limits and forbidden ops hold.
        check: whose tolerances hold.
        expected: the judge's own stream.
        got: the submission's; as many values as `expected` has.
        without: as for the submission's run, so that its zygote serves here, too.

    Raises:
        UnprovenError: a value does not come out of its program, or the program cannot be run.
    """
    counts = _counts(expected, got)
    calls = [_calls(mine, theirs) for mine, theirs, _ in counts]
    wanted = [call for those in calls for call in those]
    if not wanted:
        return tuple(got)
    for call in wanted:
        _look_at(call, exercise)
    answers = iter(_replayed(slot, exercise, wanted, without))
    proven = list(got)
    for (_, theirs, place), those in zip(counts, calls, strict=True):
        costs = [_measured(call, next(answers), check) for call in those]
        if costs:
            proven[place] = Yielded(_with_costs(theirs, costs))
    return tuple(proven)


def _why(error: ProgramError | None) -> Said:
    """Why a program cannot be run again; None where its process told nothing that is known."""
    if error is None:
        return say("they cannot be run again")
    return say(error.why.value, what=error.what, form=error.form)


def _counts(expected: Sequence[Item], got: Sequence[Item]) -> list[tuple[OpCount, OpCount, int]]:
    """Each count of the judge with the submission's, and where in `got` that lies."""
    mine = (item.value for item in expected if isinstance(item, Yielded))
    theirs = ((item.value, place) for place, item in enumerate(got) if isinstance(item, Yielded))
    return [
        (one, other, place)
        for one, (other, place) in zip(mine, theirs, strict=False)
        if isinstance(one, OpCount) and isinstance(other, OpCount)
    ]


def _calls(mine: OpCount, theirs: OpCount) -> list[_Call]:
    """The calls of a count that give tensors; what gives none, only its process can vouch for."""
    pair = len(mine.record) == 2
    values = zip(mine.value, theirs.value, strict=True) if pair else [(mine.value, theirs.value)]
    programs = (*theirs.record, None, None)  # what was not sent is not proven
    found = []
    for arguments, written, (one, other) in zip(mine.record, programs, values, strict=False):
        tensors = list(_tensors(one, other))
        if tensors:
            found.append(_Call(written, arguments, tensors))
    return found


def _tensors(one: Value, other: Value) -> Iterator[TensorValue]:
    """The tensors of an expected value, in the order in which an equal one holds them."""
    if isinstance(one, TensorValue):
        yield one
    elif isinstance(one, dict):
        for key in other:
            yield from _tensors(one[key], other[key])
    elif isinstance(one, list | tuple):
        for part, like in zip(one, other, strict=True):
            yield from _tensors(part, like)


def _look_at(call: _Call, exercise: Exercise) -> None:
    """Refuse a program by what is in it."""
    if call.program is None:
        raise _beside(say("they took too many operations to follow"))
    try:
        count = program.foreign(call.program)
        names = {str(op[0]).rpartition("::")[2] for op in call.program["ops"]}
    except ProgramError as error:
        raise _beside(_why(error)) from error
    elements = sum(each.tensor.numel() for each in call.expected)
    if count > program.allowed_foreign(elements):
        raise _beside(
            say("{n:,} numbers come from elsewhere, such as a Python loop or NumPy", n=count)
        )
    for group in exercise.forbidden:
        found = next((name for name in names if falls_under(name, rule_of(group).ops)), "")
        if found:
            raise _beside(say("they use {op}", op=f"aten.{found}"))


def _replayed(
    slot: Slot, exercise: Exercise, calls: Sequence[_Call], without: Sequence[str]
) -> list[dict[str, Any]]:
    """What a fresh process says of each call."""
    task = {
        "do": "replay",
        "calls": [{"program": call.program, "arguments": call.arguments} for call in calls],
        "seed": 0,
    }
    conversation = Conversation((), exercise.limits.answer_mb << 20)
    ended = slot.run(frames.encode(task), exercise.limits, conversation, without=without)
    if conversation.internal:
        why = conversation.internal
        raise UnprovenError(say("the count could not be measured again: {why}", why=why), ours=True)
    answers = conversation.value
    if type(answers) is not list or len(answers) != len(calls):
        how = ended.how.value
        raise _beside(
            say("running their operations again ended without an answer ({how})", how=how)
        )
    return answers


def _measured(call: _Call, answer: dict[str, Any], check: Check) -> tuple[int, ...]:
    """Ops, multiplications, FLOPs and bytes of a replay that gave the expected tensors."""
    if answer["problem"]:
        raise _beside(_why(program.received(answer["problem"])))
    tensors = answer["tensors"]
    same = len(tensors) == len(call.expected) and all(
        agree.find_mismatch(one, other, check) is None
        for one, other in zip(call.expected, tensors, strict=True)
    )
    if not same:
        raise _beside(say("run again, those that were called give other values"))
    return (len(call.program["ops"]), *answer["costs"])


def _with_costs(count: OpCount, costs: Sequence[tuple[int, ...]]) -> OpCount:
    ops, multiplications, flops, peak_bytes = costs[-1]
    smaller = (costs[0][0], *count.smaller[1:]) if count.smaller else ()
    return replace(
        count,
        ops=ops,
        multiplications=multiplications,
        flops=flops,
        # A replay lets go of what is not needed, and keeps nothing for a backward pass.
        peak_bytes=max(peak_bytes, count.peak_bytes),
        smaller=smaller,
    )
