"""Rules: checks whose values need not equal the reference's. Runs in the judge only.

Owns what a rule makes of the yielded values and of data that never enters the sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import torch

from quizapp.domain.outcomes import Verdict
from quizapp.judge.agree import holds_unsupported
from quizapp.judge.checks import Accuracy, Check
from quizapp.judge.compare import (
    NOTHING_KNOWN,
    PASSED,
    Context,
    Judged,
    blame,
    count_values,
    judge_forbidden,
    judge_raised,
)
from quizapp.judge.describe import escaped, kind_of, shape_of
from quizapp.judge.running import Called, Finished, Item, Origin, Oversized, Raised, Yielded
from quizapp.judge.values import ArrayValue, Gradients, OpCount, TensorValue, Value

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
        return Judged(Verdict.OUTPUT_LIMIT, "returned more than may be returned")
    if not isinstance(last, Finished):
        done = count_values(got)
        return Judged(Verdict.NO_RESULT, f"ended without a complete answer, after {done} values")
    values = [item.value for item in got if isinstance(item, Yielded)]
    if not values:
        return Judged(Verdict.FAILED, "gave no value to judge")
    refused = next((value for value in values if holds_unsupported(value)), None)
    if refused is not None:
        return Judged(Verdict.ERRORED, f"return a tensor, got {kind_of(refused)}")
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
        return Judged(Verdict.GRADER_ERROR, f"check {check.id} has no rule of its own")
    try:
        message = check.rule([plain(value) for value in values], data)
    except Exception as error:  # values of any type and shape may have come
        what = escaped(f"{type(error).__name__}: {error}")
        return Judged(Verdict.FAILED, f"the returned values do not fit the task ({what})")
    return Judged(Verdict.FAILED, message) if message else PASSED


def _judge_accuracy(rule: Accuracy, value: Value, data: JudgeData) -> Judged:
    """Share of rows whose greatest logit, or class, is the label's."""
    labels = _labels(rule, data)
    if labels is None:
        text = f"there is no {rule.labels!r} with one array of labels in judge_data"
        return Judged(Verdict.GRADER_ERROR, text)
    if not isinstance(value, TensorValue):
        return Judged(Verdict.FAILED, f"the predictions must be a tensor, got {kind_of(value)}")
    found = value.tensor
    count = labels.numel()
    if found.dim() not in (1, 2) or found.shape[0] != count or not found.numel():
        wanted = f"({count}, classes) or ({count},)"
        return Judged(
            Verdict.FAILED, f"the predictions have shape {shape_of(found)}, expected {wanted}"
        )
    if found.dtype.is_complex:
        return Judged(Verdict.FAILED, "the predictions are complex numbers")
    if found.isnan().any():
        share = f"{int(found.isnan().sum()):,} of {found.numel():,}"
        return Judged(Verdict.FAILED, f"NaN in {share} predictions: did the loss become NaN?")
    classes = found.float().argmax(dim=1) if found.dim() == 2 else found.double()
    right = int((classes == labels.to(classes.dtype)).sum())
    # Compared as whole numbers of right ones, so that 0.95 of 100 is 95 and not 95.00000000000001.
    if right >= rule.at_least * count - 1e-9:
        return PASSED
    # Counts would give the labels away, one guess after another.
    least = _STEP * int(100 * right / count / _STEP)
    text = f"{least} to {least + _STEP}% of the held-out ones are right"
    return Judged(Verdict.FAILED, f"{text}, at least {rule.at_least:.1%} are needed")


def _labels(rule: Accuracy, data: JudgeData) -> torch.Tensor | None:
    arrays = data.get(rule.labels, {})
    for name in _LABEL_NAMES:
        if name in arrays:
            return arrays[name].flatten()
    return next(iter(arrays.values())).flatten() if len(arrays) == 1 else None
