"""Rules: checks whose values need not equal the reference's. Runs in the judge only.

Owns what a rule makes of the yielded values and of data that never enters the sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import torch

from quizapp.domain.outcomes import Verdict
from quizapp.judge.agree import holds_unsupported
from quizapp.judge.cases import count_values
from quizapp.judge.checks import Accuracy, Check
from quizapp.judge.describe import escaped, kind_of, shape_of
from quizapp.judge.running import Called, Finished, Item, Origin, Oversized, Raised, Yielded
from quizapp.judge.values import ArrayValue, Gradients, OpCount, TensorValue, Value
from quizapp.judge.verdicts import (
    NOTHING_KNOWN,
    PASSED,
    Context,
    Judged,
    blame,
    judge_forbidden,
    judge_raised,
)
from quizapp.judge.words import same, say

JudgeData: TypeAlias = Mapping[str, Mapping[str, torch.Tensor]]
_LABEL_NAMES = ("labels", "y")
_STEP = 5  # per cent


def judge_rule(
    check: Check,
    got: Sequence[Item],
    data: JudgeData,
    context: Context = NOTHING_KNOWN,
) -> Judged:
    """Judge what the sandbox sent for a check with a rule; the reference is not needed.

    Args:
        check: a check whose `rule` is set.
        got: the items of the sandbox, in order, possibly cut short, possibly forged.
        data: name in `judge_data:` -> name in the .npz -> tensor.
        context: what messages may quote.
    """
    forbidden = judge_forbidden(got, context)
    if forbidden is not None:
        return forbidden
    last = got[-1] if got else None
    if isinstance(last, Raised):
        judged = judge_raised(last, context)
        if last.origin is not Origin.CHECK:
            return judged
        return blame(judged, [item for item in got if isinstance(item, Called)], context)
    if isinstance(last, Oversized):
        return Judged(Verdict.OUTPUT_LIMIT, say("returned more than may be returned"))
    if not isinstance(last, Finished):
        done = count_values(got)
        told = say("ended without a complete answer, after {done} values", done=done)
        return Judged(Verdict.NO_RESULT, told)
    values = [item.value for item in got if isinstance(item, Yielded)]
    if not values:
        return Judged(Verdict.FAILED, say("gave no value to judge"))
    refused = next((value for value in values if holds_unsupported(value)), None)
    if refused is not None:
        return Judged(Verdict.ERRORED, say("return a tensor, got {found}", found=kind_of(refused)))
    if isinstance(check.rule, Accuracy):
        return _judge_accuracy(check.rule, values[-1], data)
    return _judge_custom(check, values, data)


def plain(value: Value) -> object:
    """A value as an author's rule wants it: tensors on the CPU, plain containers."""
    match value:
        case TensorValue(tensor=tensor) | ArrayValue(tensor=tensor):
            return tensor
        case tuple() | list():
            return type(value)(plain(part) for part in value)
        case dict():
            return {key: plain(part) for key, part in value.items()}
        case OpCount():
            return plain(value.value)
        case Gradients(reached=reached):
            return {name: plain(part) for name, part in reached.items()}
    return value


def _judge_custom(check: Check, values: Sequence[Value], data: JudgeData) -> Judged:
    """An author's own rule; what it cannot cope with is not what was asked for."""
    if check.rule is None or isinstance(check.rule, Accuracy):
        return Judged(Verdict.GRADER_ERROR, say("check {id} has no rule of its own", id=check.id))
    try:
        message = check.rule([plain(value) for value in values], data)
    except Exception as error:  # values of any type and shape may have come
        what = escaped(f"{type(error).__name__}: {error}")
        told = say("the returned values do not fit the task ({what})", what=what)
        return Judged(Verdict.FAILED, told)
    return Judged(Verdict.FAILED, same(message)) if message else PASSED


def _judge_accuracy(rule: Accuracy, value: Value, data: JudgeData) -> Judged:
    """Share of rows whose greatest logit, or class, is the label's."""
    labels = _labels(rule, data)
    if labels is None:
        text = say("there is no {name!r} with one array of labels in judge_data", name=rule.labels)
        return Judged(Verdict.GRADER_ERROR, text)
    if not isinstance(value, TensorValue):
        told = say("the predictions must be a tensor, got {found}", found=kind_of(value))
        return Judged(Verdict.FAILED, told)
    found = value.tensor
    count = labels.numel()
    if found.dim() not in (1, 2) or found.shape[0] != count or not found.numel():
        told = say(
            "the predictions have shape {shape}, expected ({n}, classes) or ({n},)",
            shape=shape_of(found),
            n=count,
        )
        return Judged(Verdict.FAILED, told)
    if found.dtype.is_complex:
        return Judged(Verdict.FAILED, say("the predictions are complex numbers"))
    if found.isnan().any():
        share = say("{n:,} of {total:,}", n=int(found.isnan().sum()), total=found.numel())
        told = say("NaN in {share} predictions: did the loss become NaN?", share=share)
        return Judged(Verdict.FAILED, told)
    classes = found.float().argmax(dim=1) if found.dim() == 2 else found.double()
    right = int((classes == labels.to(classes.dtype)).sum())
    # Compared as whole numbers of right ones, so that 0.95 of 100 is 95 and not 95.00000000000001.
    if right >= rule.at_least * count - 1e-9:
        return PASSED
    # Counts would give the labels away, one guess after another.
    least = _STEP * int(100 * right / count / _STEP)
    told = say(
        "{least} to {most}% of the held-out ones are right, at least {needed:.1%} are needed",
        least=least,
        most=least + _STEP,
        needed=rule.at_least,
    )
    return Judged(Verdict.FAILED, told)


def _labels(rule: Accuracy, data: JudgeData) -> torch.Tensor | None:
    arrays = data.get(rule.labels, {})
    for name in _LABEL_NAMES:
        if name in arrays:
            return arrays[name].flatten()
    return next(iter(arrays.values())).flatten() if len(arrays) == 1 else None
