"""Two streams of one check as a verdict and a message. Owns what each item leads to.

The judge's own run says what is expected, and shows the inputs of a case. How single values agree
is left to `agree`, what is said of a difference to `sentences`, and exceptions to `verdicts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from quizapp.domain.outcomes import Verdict
from quizapp.judge.agree import find_mismatch, holds_unsupported
from quizapp.judge.cases import Case, cases_of, count_values
from quizapp.judge.checks import Check
from quizapp.judge.describe import escaped, returned_kind
from quizapp.judge.items import Called, Finished, Item, Origin, Oversized, Raised, Yielded
from quizapp.judge.mismatch import Mismatch
from quizapp.judge.sentences import Situation, sentence, shown_inputs
from quizapp.judge.verdicts import (
    NOTHING_KNOWN,
    PASSED,
    Context,
    Judged,
    blame,
    judge_forbidden,
    judge_raised,
    none_hint,
)
from quizapp.judge.words import NOTHING, THEN, Said, joined, phrase, same, say

_NOT_CALLABLE: Final = " object is not callable"


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
        judged = _judge_case(Situation(check, mine, other, seen, context))
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


def _judge_case(at: Situation) -> Judged | None:
    """One case of both streams; None when the submission's is right so far."""
    match at.mine.end, at.other.end:
        case _, Oversized():
            return Judged(Verdict.OUTPUT_LIMIT, say("returned more than may be returned"))
        case _, Raised() as raised:
            return _judge_exception(raised, at)
        case Yielded(expected), Yielded(value):
            mismatch = find_mismatch(expected, value, at.check)
            return None if mismatch is None else sentence(mismatch, at)
        case Finished(), Yielded():
            return Judged(Verdict.FAILED, say("gave more values than expected"))
        case Yielded(), Finished():
            return Judged(Verdict.FAILED, say("gave fewer values than expected"))
        case Finished(), Finished():
            return PASSED
    return None


def _judge_exception(raised: Raised, at: Situation) -> Judged:
    """An exception; one of the check's own code is blamed on the type that came back."""
    judged = judge_raised(raised, at.context, at.seen)
    if judged.verdict is Verdict.MISSING:
        return judged
    shown = judged.message + shown_inputs(at.check, at.seen, Mismatch(NOTHING))
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
                text += THEN + none_hint(at.context)
            return Judged(Verdict.FAILED, text)
    return blame(Judged(judged.verdict, shown), at.other.calls, at.context)


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
