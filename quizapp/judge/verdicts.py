"""What a check came to, where no value says it. Owns verdicts on exceptions and forbidden ops.

Values are left to `compare`, how a process ended to `faults`, rules of a task to `rules`.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from quizapp.domain.outcomes import CheckResult, Verdict
from quizapp.judge.accusations import Forbidden
from quizapp.judge.describe import NO_NETWORK, escaped, exception_text, is_learners, source_line
from quizapp.judge.items import Called, Item, Origin, Raised
from quizapp.judge.notebooks import place
from quizapp.judge.removal import REFUSED_WORDS
from quizapp.judge.words import COLON, NOTHING, THEN, Said, same, say

_REFUSED: Final = frozenset(
    {errno.EPERM, errno.EACCES, errno.EROFS, errno.ENETUNREACH, errno.ENETDOWN, errno.EAFNOSUPPORT}
)
_ALLOCATION: Final = ("defaultcpuallocator", "can't allocate memory", "out of memory")


class Judged(NamedTuple):
    """What a check came to, and why it did not pass."""

    verdict: Verdict
    message: Said = NOTHING


PASSED: Final = Judged(Verdict.PASSED)


@dataclass(frozen=True, slots=True)
class Context:
    """What a message may tell besides the streams.

    Attributes:
        source: the submission, for the text of lines.
        output: what it printed.
        signature: how the entry point is to be called, such as "iou(boxes, target)".
    """

    source: str = ""
    output: str = ""
    signature: str = ""


NOTHING_KNOWN: Final = Context()


def judge_forbidden(got: Sequence[Item], context: Context) -> Judged | None:
    """The verdict of the first forbidden op in a stream, if there is one."""
    found = next((item for item in got if isinstance(item, Forbidden)), None)
    if found is None:
        return None
    text = source_line(context.source, found.line)
    where = say(" in {place}", place=place(context.source, found.line)) if found.line else NOTHING
    told = say(
        "{op} ran{where}; this task is to be solved without {rule}",
        op=escaped(found.op),
        where=where + COLON + f"`{text}`" if where and text else where,
        rule=escaped(found.group),
    )
    return Judged(Verdict.POLICY, told)


def judge_refused(raised: Raised, context: Context) -> Judged:
    """The verdict of a forbidden op that was called while the file was loaded."""
    line = raised.lines[-1][0] if raised.lines else 0
    op, _, rule = raised.message.partition(REFUSED_WORDS)
    found = judge_forbidden([Forbidden(op, rule, line)], context)
    return found or Judged(Verdict.POLICY, same(escaped(raised.message)))


def judge_raised(raised: Raised, context: Context, calls: Sequence[Called] = ()) -> Judged:
    """The verdict of an exception.

    Args:
        raised: the exception.
        context: what the message may quote.
        calls: the reference's calls up to there; the last one shows how the entry point is called.
    """
    if raised.origin is Origin.CALL:
        name = escaped(raised.message)
        wanted = context.signature or (_signature(calls[-1]) if calls else "")
        told = say("found `{name}`", name=name)
        if wanted:
            told = say("found `{name}`, expected `{wanted}`", name=name, wanted=wanted)
        return Judged(Verdict.MISSING, told)
    if raised.origin is Origin.MISSING:
        return Judged(Verdict.MISSING, say("`{name}` is not defined", name=escaped(raised.message)))
    text = exception_text(raised, context.source)
    message = raised.message.lower()
    if raised.type_name.endswith(("MemoryError", "OutOfMemoryError")) or (
        raised.type_name == "RuntimeError" and any(part in message for part in _ALLOCATION)
    ):
        what = say("asked for more memory than is allowed")
        return Judged(Verdict.OUT_OF_MEMORY, what + "\n" + text)
    if is_learners(raised) and (
        raised.errno in _REFUSED or raised.type_name in ("PermissionError", *NO_NETWORK)
    ):
        return Judged(Verdict.BLOCKED, say("did what the sandbox does not allow") + "\n" + text)
    return Judged(Verdict.ERRORED, text)


def fold_repeats(results: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """An exception that ends check after check, told in full once and in one line from then on."""
    seen: set[str] = set()
    told: list[CheckResult] = []
    for result in results:
        first = result.message.split("\n", 1)[0]
        same = re.sub(r"^case \d+ of \d+: ", "", first)
        if result.verdict is Verdict.ERRORED and same in seen:
            chinese = result.message_zh.split("\n", 1)[0]
            told.append(replace(result, message=first, message_zh=chinese))
        else:
            told.append(result)
        seen.add(same)
    return tuple(told)


def blame(judged: Judged, calls: Sequence[Called], context: Context) -> Judged:
    """An exception of the check's own code, put down to what the last of `calls` gave it."""
    name = same(calls[-1].name) if calls else say("your code")
    text = say("the check could not go on with what {name} gave it", name=name)
    if calls and calls[-1].returned == "NoneType":
        text = say("{name} returned None, which the check cannot use", name=name)
        text += THEN + none_hint(context)
    return Judged(judged.verdict, text + "\n" + judged.message)


def none_hint(context: Context) -> Said:
    """What to do where nothing was returned."""
    if context.output.strip():
        return say("printing is not returning: end with return instead of print")
    return say("does every path end in a return?")


def _signature(call: Called) -> str:
    return f"{call.name}({', '.join(call.inputs)})"
