"""A mismatch as a sentence about what the learner wrote. Owns its words and what is shown below it.

What is different is found by `agree`; exceptions are left to `verdicts`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from quizapp.domain.outcomes import Verdict
from quizapp.judge.cases import Case
from quizapp.judge.checks import Check
from quizapp.judge.describe import inputs_text, shape_of
from quizapp.judge.items import Called, Yielded
from quizapp.judge.mismatch import Mismatch
from quizapp.judge.values import TensorValue
from quizapp.judge.verdicts import Context, Judged, none_hint
from quizapp.judge.words import COLON, NOTHING, THEN, Said, in_chinese, joined, say


@dataclass(frozen=True, slots=True)
class Situation:
    """One case on both sides, with all that a message about it may need."""

    check: Check
    mine: Case
    other: Case
    seen: Sequence[Called]
    context: Context


def sentence(mismatch: Mismatch, at: Situation) -> Judged:
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
    return Judged(verdict, message + around + shown_inputs(at.check, at.seen, mismatch))


def _own_key(at: Situation) -> bool:
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


def _better_hint(mismatch: Mismatch, at: Situation) -> Said:
    """The hint of a mismatch, with what is known of the call and the output put in."""
    if mismatch.of_type and mismatch.is_none:
        return none_hint(at.context)
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


def _returned_by(at: Situation) -> str:
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


def shown_inputs(check: Check, seen: Sequence[Called], mismatch: Mismatch) -> Said:
    """The inputs of a case, around what is wrong, on lines of their own; of no hidden one."""
    if check.hidden or not seen or not seen[-1].inputs:
        return NOTHING
    shown = inputs_text(seen[-1], mismatch.index, mismatch.size)
    return "\n" + shown if shown else NOTHING
