"""Two streams of one check as a verdict and a message. Owns what each item leads to.

The judge's own run says what is expected, and shows the inputs of a case. How single values agree
is left to `agree`, how a process ended to whoever ran it, rules to `rules`.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from quizapp.domain.outcomes import CheckResult, Verdict
from quizapp.judge.accusations import Forbidden
from quizapp.judge.agree import GROWTH_SLACK, Mismatch, find_mismatch, holds_unsupported
from quizapp.judge.checks import Check
from quizapp.judge.describe import (
    NO_NETWORK,
    escaped,
    exception_text,
    inputs_text,
    is_learners,
    returned_kind,
    shape_of,
    source_line,
)
from quizapp.judge.notebooks import place
from quizapp.judge.removal import REFUSED_WORDS
from quizapp.judge.running import (
    Called,
    Finished,
    Item,
    Origin,
    Oversized,
    Raised,
    Yielded,
)
from quizapp.judge.values import OpCount, TensorValue, Value
from quizapp.judge.words import COLON, NOTHING, THEN, Said, in_chinese, joined, phrase, same, say

_REFUSED: Final = frozenset(
    {errno.EPERM, errno.EACCES, errno.EROFS, errno.ENETUNREACH, errno.ENETDOWN, errno.EAFNOSUPPORT}
)
_NOT_CALLABLE: Final = " object is not callable"
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


@dataclass(frozen=True, slots=True)
class Case:
    """One value of a stream with the calls that led to it.

    Attributes:
        end: Yielded, Raised, Oversized or Finished; None when the stream breaks off.
    """

    calls: tuple[Called, ...]
    end: Item | None


@dataclass(frozen=True, slots=True)
class _Situation:
    """One case on both sides, with all that a message about it may need."""

    check: Check
    mine: Case
    other: Case
    seen: Sequence[Called]
    context: Context


def cases_of(stream: Sequence[Item]) -> tuple[Case, ...]:
    """A stream cut into cases, forbidden ops left out; the last case has no value to compare."""
    cases: list[Case] = []
    calls: list[Called] = []
    for item in stream:
        if isinstance(item, Called):
            calls.append(item)
        elif not isinstance(item, Forbidden):
            cases.append(Case(tuple(calls), item))
            calls = []
            if not isinstance(item, Yielded):
                return tuple(cases)
    return (*cases, Case(tuple(calls), None))


def count_values(stream: Sequence[Item]) -> int:
    """How many values a stream holds: the cases that were answered, or that there are."""
    return sum(isinstance(item, Yielded) for item in stream)


def is_complete(stream: Sequence[Item]) -> bool:
    """Whether a stream came to its own end rather than breaking off."""
    return bool(stream) and isinstance(stream[-1], Finished | Raised | Oversized)


def compare_streams(
    check: Check,
    expected: Sequence[Item],
    got: Sequence[Item],
    context: Context = NOTHING_KNOWN,
) -> Judged:
    """Judge what the sandbox sent for a check against the judge's own run of it.

    A stream that breaks off is `no_result`, unless a case before that is wrong; who knows how the
    process ended knows better.

    Args:
        check: the check.
        expected: from `expected_stream` with the reference.
        got: the items of the sandbox, in order, possibly cut short, possibly forged.
        context: what messages may quote.
    """
    fault = _own_fault(check, expected)
    if fault is not None:
        return fault
    forbidden = judge_forbidden(got, context)
    if forbidden is not None:
        return forbidden
    ours, theirs = cases_of(expected), cases_of(got)
    total = len(ours) - 1
    seen: list[Called] = []
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=False)):
        if other.end is None:
            break
        seen.extend(mine.calls)
        changed = [] if check.mutates else _changed(mine, other)
        judged = _judge_case(_Situation(check, mine, other, seen, context))
        if judged is not None or changed:
            judged = _add_changed(judged, changed, mine)
            return _numbered(judged, number, total)
    return Judged(Verdict.NO_RESULT, broke_off(expected, got))


def broke_off(expected: Sequence[Item], got: Sequence[Item]) -> Said:
    """How far a stream came that broke off."""
    done, total = count_values(got), count_values(expected)
    if not done:
        return say("ended without an answer, before the first case was done")
    return say(
        "ended without a complete answer, after {done} of {total} cases", done=done, total=total
    )


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
        text += THEN + _none_hint(context)
    return Judged(judged.verdict, text + "\n" + judged.message)


def streams_agree(check: Check, one: Sequence[Item], other: Sequence[Item]) -> bool:
    """Whether two submissions behave alike in a check: values, exceptions, changed arguments."""
    ours, theirs = cases_of(one), cases_of(other)
    if len(ours) != len(theirs):
        return False
    for mine, yours in zip(ours, theirs, strict=True):
        if type(mine.end) is not type(yours.end) or _alters(mine) != _alters(yours):
            return False
        if isinstance(mine.end, Yielded) and isinstance(yours.end, Yielded):
            if not _alike(mine.end.value, yours.end.value, check):
                return False
        elif (
            isinstance(mine.end, Raised)
            and isinstance(yours.end, Raised)
            and (mine.end.type_name, mine.end.message) != (yours.end.type_name, yours.end.message)
        ):
            return False
    return True


def _alike(one: Value, other: Value, check: Check) -> bool:
    """Equal values; of counts, equal values and the same limits kept."""
    if isinstance(one, OpCount) and isinstance(other, OpCount):
        return find_mismatch(one.value, other.value, check) is None and (
            _within(one) == _within(other)
        )
    return find_mismatch(one, other, check) is None


def _within(count: OpCount) -> tuple[bool, ...]:
    return tuple(
        limit is None or cost <= limit
        for cost, limit in zip(count.costs, count.at_most, strict=False)
    ) + tuple(
        cost - before <= slack
        for cost, before, slack in zip(count.costs, count.smaller, GROWTH_SLACK, strict=False)
    )


def _alters(case: Case) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(each.name for each in call.arguments if each.changed) for call in case.calls)


def _own_fault(check: Check, expected: Sequence[Item]) -> Judged | None:
    """What is wrong with the judge's own run; None when nothing is."""
    last = expected[-1] if expected else None
    if isinstance(last, Raised):
        what = escaped(f"{last.type_name}: {last.message}")
        text = say("the reference or the check {id} raised {what}", id=check.id, what=what)
    elif not isinstance(last, Finished):
        text = say("the reference's values of check {id} are too large to compare", id=check.id)
    elif not count_values(expected):
        text = say("check {id} has no case: it yielded nothing", id=check.id)
    elif any(isinstance(item, Yielded) and holds_unsupported(item.value) for item in expected):
        text = say("check {id} yields something that cannot be compared", id=check.id)
    else:
        return None
    return Judged(Verdict.GRADER_ERROR, text)


def _judge_case(at: _Situation) -> Judged | None:
    """One case of both streams; None when the submission's is right so far."""
    match at.mine.end, at.other.end:
        case _, Oversized():
            return Judged(Verdict.OUTPUT_LIMIT, say("returned more than may be returned"))
        case _, Raised() as raised:
            return _judge_exception(raised, at)
        case Yielded(expected), Yielded(value):
            mismatch = find_mismatch(expected, value, at.check)
            return None if mismatch is None else _sentence(mismatch, at)
        case Finished(), Yielded():
            return Judged(Verdict.FAILED, say("gave more values than expected"))
        case Yielded(), Finished():
            return Judged(Verdict.FAILED, say("gave fewer values than expected"))
        case Finished(), Finished():
            return PASSED
    return None


def _judge_exception(raised: Raised, at: _Situation) -> Judged:
    """An exception; one of the check's own code is blamed on the type that came back."""
    judged = judge_raised(raised, at.context, at.seen)
    if judged.verdict is Verdict.MISSING:
        return judged
    shown = judged.message + _inputs(at.check, at.seen, Mismatch(NOTHING))
    if raised.origin is not Origin.CHECK:
        return Judged(judged.verdict, shown)
    if raised.message.endswith(_NOT_CALLABLE) and len(at.other.calls) < len(at.mine.calls):
        name = at.mine.calls[len(at.other.calls)].name
        what = escaped(raised.message.removesuffix(_NOT_CALLABLE))
        told = say("{name} is no function but a {what} object", name=name, what=what)
        if at.context.signature:
            told += say("; define `{signature}`", signature=at.context.signature)
        return Judged(Verdict.MISSING, told)
    for ours, theirs in zip(at.mine.calls, at.other.calls, strict=False):
        if theirs.returned and returned_kind(ours.returned) != returned_kind(theirs.returned):
            got = returned_kind(theirs.returned)
            what = say("{wanted}, got {found}", wanted=returned_kind(ours.returned), found=got)
            text = say("{name} must return {what}", name=ours.name, what=what)
            if got == "None":
                text += THEN + _none_hint(at.context)
            return Judged(Verdict.FAILED, text)
    return blame(Judged(judged.verdict, shown), at.other.calls, at.context)


def _sentence(mismatch: Mismatch, at: _Situation) -> Judged:
    """A mismatch as a sentence about what the learner wrote, and the inputs of the case."""
    text, hint = mismatch.text, _better_hint(mismatch, at)
    if at.check.hidden and mismatch.numbers:
        text = say("wrong values in a hidden case")
    name = _returned_by(at)
    if mismatch.allowed:
        call = at.seen[-1] if at.seen else None
        text = say(
            "{name} ran {what}{size}, {allowed}",
            name=call.name if call else say("it"),
            what=text,
            size=_for_size(call),
            allowed=mismatch.allowed,
        )
    elif mismatch.of_gradient:
        text = say("{path}: got {what}", path=mismatch.path, what=text) if text else NOTHING
    elif mismatch.path and not name and _own_key(at):
        text = (
            _keyed(mismatch.path) + COLON + _predicate(mismatch, text, say("got {what}", what=text))
        )
    elif mismatch.path:
        whole = say("what {name} returned", name=name) if name else say("the result")
        text = say(
            "{path} of {whole} {is_what}",
            path=mismatch.path,
            whole=whole,
            is_what=_predicate(mismatch, text, say("is {what}", what=text)),
        )
    elif name and mismatch.of_type:
        text = say("{name} must return {what}", name=name, what=text)
    elif name:
        text = say("{name} returned {what}", name=name, what=text)
    else:
        is_what = _predicate(mismatch, text, say("is {what}", what=text))
        text = say("the result {is_what}", is_what=is_what)
    message = joined(THEN, (part for part in (text, hint) if part))
    verdict = Verdict.ERRORED if mismatch.refused else Verdict.FAILED
    around = NOTHING if at.check.hidden else _around(mismatch)
    return Judged(verdict, message + around + _inputs(at.check, at.seen, mismatch))


def _own_key(at: _Situation) -> bool:
    """Whether the value is a dict of the check's own, whose keys say what they hold."""
    end = at.mine.end
    return (
        isinstance(end, Yielded)
        and type(end.value) is dict
        and all(type(key) is str for key in end.value)
    )


def _keyed(path: Said) -> Said:
    """The first step of a path as words, "['the loss']" as "the loss"; the rest as it is."""
    return path.map(lambda text: "".join(text.removeprefix("['").split("']", 1)))


def _around(mismatch: Mismatch) -> Said:
    """The numbers around the worst one, expected above got."""
    return Said(_below(mismatch, str), _below(mismatch, in_chinese))


def _below(mismatch: Mismatch, read: Callable[[str], str]) -> str:
    width = max((len(read(name)) for name, _ in mismatch.around), default=0)
    return "".join(f"\n  {read(name):{width}} = {numbers}" for name, numbers in mismatch.around)


def _predicate(mismatch: Mismatch, text: Said, otherwise: Said) -> Said:
    """What a value does in a sentence: it must be a tensor, has shape (4,), is 3."""
    if mismatch.of_type:
        return say("must be {what}", what=text)
    return say("has {what}", what=text) if mismatch.has else otherwise


def _better_hint(mismatch: Mismatch, at: _Situation) -> Said:
    """The hint of a mismatch, with what is known of the call and the output put in."""
    if mismatch.of_type and mismatch.is_none:
        return _none_hint(at.context)
    if mismatch.about and at.mine.calls:
        end = at.mine.end.value if isinstance(at.mine.end, Yielded) else None
        for name, value in at.mine.calls[-1].inputs.items():
            if not (isinstance(value, TensorValue) and isinstance(end, TensorValue)):
                continue
            if mismatch.about == "dtype" and value.tensor.dtype == end.tensor.dtype:
                return say(".to({name}.dtype) converts it", name=name)
            if mismatch.about == "device" and value.device == end.device:
                return say("make it with device={name}.device", name=name)
    return mismatch.hint


def _none_hint(context: Context) -> Said:
    if context.output.strip():
        return say("printing is not returning: end with return instead of print")
    return say("does every path end in a return?")


def _returned_by(at: _Situation) -> str:
    """The function whose result the value of a case is; empty when the check made more of it."""
    call = at.mine.calls[-1] if at.mine.calls else None
    if call is None or not call.answered or len(at.other.calls) != len(at.mine.calls):
        return ""
    return call.name


def _for_size(call: Called | None) -> Said:
    """Such as " for boxes of shape (1000, 4)"."""
    for name, value in call.inputs.items() if call else ():
        if isinstance(value, TensorValue):
            return say(" for {name} of shape {shape}", name=name, shape=shape_of(value.tensor))
    return NOTHING


def _inputs(check: Check, seen: Sequence[Called], mismatch: Mismatch) -> Said:
    if check.hidden or not seen or not seen[-1].inputs:
        return NOTHING
    shown = inputs_text(seen[-1], mismatch.index, mismatch.size)
    return "\n" + shown if shown else NOTHING


def _signature(call: Called) -> str:
    return f"{call.name}({', '.join(call.inputs)})"


def _changed(mine: Case, other: Case) -> list[str]:
    """Names of arguments that the submission changed in place and the reference did not."""
    names: list[str] = []
    for ours, theirs in zip(mine.calls, other.calls, strict=False):
        parameters = list(ours.inputs)
        for position, (one, another) in enumerate(
            zip(ours.arguments, theirs.arguments, strict=False)
        ):
            if another.changed and not one.changed:
                name = parameters[position] if position < len(parameters) else one.name
                names.append(name)
    return list(dict.fromkeys(names))


def _add_changed(judged: Judged | None, changed: Sequence[str], mine: Case) -> Judged:
    if not changed:
        return judged or PASSED
    name = same(mine.calls[-1].name) if mine.calls else say("it")
    which = joined(say(" and "), map(escaped, changed))
    if len(changed) > 1:
        template = phrase("{name} changed its arguments {which} in place; work on a copy (clone())")
    else:
        template = phrase("{name} changed its argument {which} in place; work on a copy (clone())")
    text = say(template, name=name, which=which)
    if judged is None or judged.verdict is Verdict.PASSED:
        return Judged(Verdict.FAILED, text)
    return Judged(judged.verdict, judged.message + "\n" + text)


def _numbered(judged: Judged, number: int, total: int) -> Judged:
    """The message with the number of the case in front, where there are several."""
    if judged.verdict in (Verdict.PASSED, Verdict.MISSING) or total < 2 or number >= total:
        return judged
    what = say("case {n} of {total}: ", n=number + 1, total=total)
    return Judged(judged.verdict, what + judged.message)
