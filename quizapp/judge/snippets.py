"""Running pieces of course code: proofs, predict cards, expression answers. Owns that exchange.

The expected value and a learner's attempt are evaluated in two processes and compared here, so
that an attempt cannot change what it is compared with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from quizapp.domain.exercises import Limits
from quizapp.domain.outcomes import Snippet, SnippetResult, Verdict
from quizapp.judge import agree, describe, display, faults, frames, rules, verdicts
from quizapp.judge.checks import Check
from quizapp.judge.conversation import Conversation
from quizapp.judge.sandbox import Slot
from quizapp.judge.values import Unsupported, Value
from quizapp.judge.words import NOTHING, Said, same

_LIMITS = Limits(cpu_s=5.0, memory_mb=512, output_kb=16, answer_mb=16)


@dataclass(slots=True)
class _Ran:
    """One process of a snippet."""

    verdict: Verdict
    error: Said = NOTHING
    output: bytes = b""
    value: Value = None
    has_value: bool = False


def run(slot: Slot, snippet: Snippet) -> SnippetResult:
    """Run a snippet; when it went well, and there is an attempt, run and compare that, too."""
    mine = _run(slot, snippet, snippet.expression)
    printed = display.printed(mine.output)
    value = _repr(mine.value) if mine.has_value else ""
    if mine.error or not snippet.attempt:
        return SnippetResult(mine.verdict, printed, value, error=str(mine.error))
    theirs = _run(slot, snippet, snippet.attempt)
    difference = theirs.error or _difference(mine.value, theirs.value)
    return SnippetResult(
        mine.verdict,
        printed,
        value,
        agrees=not difference,
        attempt_error=str(difference),
        attempt_error_zh=difference.chinese,
    )


def _run(slot: Slot, snippet: Snippet, expression: str) -> _Ran:
    task = {
        "do": "snippet",
        "code": snippet.code,
        "expression": expression,
        "given": dict(snippet.given or {}),
        "seed": snippet.seed,
    }
    conversation = Conversation((), _LIMITS.answer_mb << 20)
    ended = slot.run(frames.encode(task), _LIMITS, conversation, training="optim" in snippet.code)
    if conversation.syntax is not None:
        message = faults.describe_syntax(conversation.syntax, "")
        return _Ran(Verdict.SYNTAX, message, ended.output)
    if conversation.raised is not None:
        judged = verdicts.judge_raised(conversation.raised, verdicts.Context(snippet.code))
        return _Ran(judged.verdict, judged.message, ended.output)
    if not conversation.done:
        judged = faults.describe_end(ended, "snippet", snippet.code)
        error = same(conversation.internal) or judged.message
        return _Ran(judged.verdict, error, ended.output)
    return _Ran(
        Verdict.PASSED,
        output=ended.output,
        value=conversation.value,
        has_value=conversation.has_value,
    )


def _nothing() -> Iterator[object]:
    yield None


# Comparison takes its tolerances from a check: here those of the dtype.
_BY_VALUE = Check("answer", "the value", 0, _nothing, ())


def _difference(expected: Value, got: Value) -> Said:
    """Empty when both agree; else how they differ."""
    mismatch = agree.find_mismatch(expected, got, _BY_VALUE)
    return mismatch.text if mismatch else NOTHING


def _repr(value: Value) -> str:
    """The value as Python shows it."""
    if isinstance(value, Unsupported):
        return f"<{value.type_name}>"
    try:
        return display.escape(repr(rules.plain(value)))
    except ValueError:  # Python refuses to write an int of thousands of digits
        return describe.value_text(value)
