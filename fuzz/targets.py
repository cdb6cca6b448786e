"""What must hold for any bytes. Owns the promises that are fuzzed; a broken one is an exception.

Needs no fuzzer: the tests call the same functions.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import torch

from fuzz import corpus
from quizapp.domain.outcomes import Verdict
from quizapp.judge import compare, diagnosis, display, faults, frames, rules, running, verdicts
from quizapp.judge.conversation import Conversation
from quizapp.judge.frames import FrameError
from quizapp.judge.sandbox import Heard
from quizapp.judge.values import ArrayValue, Gradients, OpCount, TensorValue

LARGEST = 1 << 14
_SEED = 7
_JUDGE_DATA = {"held_out": {"labels": torch.arange(4)}}
_CONTEXT = verdicts.Context(corpus.SOURCE, "printed", "double(x)")


class BrokenPromiseError(Exception):
    """Bytes led to what must never happen."""


@dataclass(slots=True)
class Tally:
    """How much was tried, and how much of it got how far."""

    tried: int = 0
    decoded: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        told = ", ".join(f"{name} {count:,}" for name, count in sorted(self.verdicts.items()))
        return f"{self.tried:,} streams, {self.decoded:,} decoded{told and ': '}{told}"


def decode_one(data: bytes, tally: Tally) -> None:
    """A frame gives a value or `FrameError`; a value goes back and forth without a change.

    Raises:
        BrokenPromiseError: a tensor holds more than the frame did, or a value changes on its way.
    """
    tally.tried += 1
    try:
        value = frames.decode(data, max_bytes=LARGEST)
    except FrameError:
        return
    tally.decoded += 1
    if _numbers(value) > len(data):
        raise BrokenPromiseError("more numbers than bytes")
    once = frames.encode(value)
    if frames.encode(frames.decode(once)) != once:
        raise BrokenPromiseError("a value changed on its way there and back")


def _numbers(value: object) -> int:
    """Bytes of all tensors in a value."""
    match value:
        case TensorValue(tensor=tensor) | ArrayValue(tensor=tensor):
            return tensor.untyped_storage().nbytes()
        case OpCount(value=inner):
            return _numbers(inner)
        case Gradients(reached=reached):
            return sum(map(_numbers, reached.values()))
        case dict():
            return sum(map(_numbers, value.values()))
        case tuple() | list():
            return sum(map(_numbers, value))
    return 0


@functools.cache
def _expected() -> dict[str, tuple[running.Item, ...]]:
    return {
        check.id: running.expected_stream(
            check, {"double": corpus.double}, seed=_SEED, filename="reference.py"
        )
        for check in corpus.checks()
        if check.rule is None
    }


@functools.cache
def _near_miss() -> dict[str, tuple[running.Item, ...]]:
    return {
        check.id: running.expected_stream(
            check, {"double": lambda x: x}, seed=_SEED, filename="near_miss.py"
        )
        for check in corpus.checks()
        if check.rule is None
    }


def hear_all(stream: bytes, tally: Tally) -> None:
    """Whatever a child says is heard, compared and put into words; it is never our own fault.

    Raises:
        BrokenPromiseError: a verdict or a message that no child may cause.
    """
    tally.tried += 1
    checks = corpus.checks()
    conversation = Conversation([check.id for check in checks], LARGEST, asks=corpus.ASKED)
    at = 0
    while at + corpus.SIZE.size <= len(stream):
        (size,) = corpus.SIZE.unpack_from(stream, at)
        at += corpus.SIZE.size
        if size > len(stream) - at:
            break
        heard = conversation.hear(stream[at : at + size])
        at += size
        if heard is Heard.QUESTION:
            conversation.reply()
        if heard in (Heard.ENOUGH, Heard.NONSENSE):
            break
    judged = _judge(conversation)
    tally.decoded += conversation.loading
    for each in judged:
        tally.verdicts[each.verdict] = tally.verdicts.get(each.verdict, 0) + 1
        shown = display.shorten(display.escape(each.message))
        if each.verdict is Verdict.GRADER_ERROR:
            raise BrokenPromiseError(f"a child made it our fault: {shown}")
        if "\x1b" in shown:
            raise BrokenPromiseError("a message steers the terminal")


def _judge(conversation: Conversation) -> list[verdicts.Judged]:
    """As `judging` does it, once the child is gone."""
    if conversation.syntax is not None:
        said = faults.describe_syntax(conversation.syntax, corpus.SOURCE)
        return [verdicts.Judged(Verdict.SYNTAX, said)]
    if conversation.raised is not None:
        return [faults.describe_load_error(conversation.raised, _CONTEXT)]
    found: list[verdicts.Judged] = []
    for check in corpus.checks():
        got = conversation.streams.get(check.id)
        if got is None:
            continue
        if check.rule is None:
            found.append(compare.compare_streams(check, _expected()[check.id], got, _CONTEXT))
        else:
            found.append(rules.judge_rule(check, got, _JUDGE_DATA, _CONTEXT))
    diagnosis.diagnose(
        corpus.checks(), _expected(), conversation.streams, {"forgot to double": _near_miss()}
    )
    return found
