"""What authors of checks import: `check`, the values a check may yield, and rules.

A check is a generator function. It runs twice, in the sandbox with the learner's code and in the
judge with the reference's, and what it yields must agree. Its parameters are asked for by name:
entry points, `rng` (a seeded `torch.Generator`), `device`, `data`.

    @check(points=2)
    def partly_overlapping(iou, rng):
        \"\"\"boxes that partly overlap the target\"\"\"
        for n in (1, 4, 100):
            yield iou(random_boxes(rng, n), TARGET)

Importable in the sandbox together with `SANDBOX_MODULES` and nothing else of this package.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import CodeType, FunctionType
from typing import Any, Final, TypeAlias

from quizapp.judge.backward import gradient_cases, gradients
from quizapp.judge.counting import count_ops, count_ops_at_sizes

__all__ = [
    "SANDBOX_MODULES",
    "Accuracy",
    "Check",
    "CheckFunction",
    "CustomRule",
    "Rule",
    "accuracy",
    "check",
    "count_ops",
    "count_ops_at_sizes",
    "exception_of",
    "gradient_cases",
    "gradients",
]
SANDBOX_MODULES: Final = (
    "quizapp",
    "quizapp.errors",
    "quizapp.judge",
    "quizapp.judge.values",
    "quizapp.judge.wire",
    "quizapp.judge.dense",
    "quizapp.judge.encoder",
    "quizapp.judge.decoder",
    "quizapp.judge.frames",
    "quizapp.judge.backward",
    "quizapp.judge.groups",
    "quizapp.judge.accusations",
    "quizapp.judge.cost",
    "quizapp.judge.trace",
    "quizapp.judge.following",
    "quizapp.judge.program",
    "quizapp.judge.counting",
    "quizapp.judge.checks",
    "quizapp.judge.items",
    "quizapp.judge.recording",
    "quizapp.judge.running",
)

_GENERATOR = inspect.CO_GENERATOR

CheckFunction: TypeAlias = Callable[..., Iterator[object]]
CustomRule: TypeAlias = Callable[[Sequence[Any], Mapping[str, Any]], str]
"""Takes the yielded values (plain tensors on the CPU) and the judge's data; says what is wrong, or
nothing. Runs in the judge only."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Rule: the one yielded tensor of logits (n × classes) or class indices (n) is right often.

    Attributes:
        at_least: share of right ones, 0 to 1.
        labels: name in `judge_data:`; its array is `labels`, `y`, or the only one.
    """

    at_least: float
    labels: str


Rule: TypeAlias = Accuracy | CustomRule


@dataclass(frozen=True, slots=True)
class Check:
    """One check of an exercise.

    Attributes:
        id: name of its function.
        label: first line of its docstring; `label_zh` the line that starts with `zh:`, or empty.
        needs: id of a check without which this one is skipped; empty when there is none.
        rule: judges the yielded values where equality with the reference's is not the point.
        atol, rtol: tolerances; None means those of the dtype.
        hidden: whether feedback keeps the inputs and numbers to itself.
        mutates: whether changing arguments in place is part of the task.
        parameters: the names it asks for.
        line: where it stands in `checks.py`.
        module: the compiled `checks.py`; each run executes it anew, so that nothing a submission
            does to its constants reaches the next run.
    """

    id: str
    label: str
    points: int
    function: CheckFunction
    parameters: tuple[str, ...]
    needs: str = ""
    rule: Rule | None = None
    atol: float | None = None
    rtol: float | None = None
    hidden: bool = False
    mutates: bool = False
    label_zh: str = ""
    line: int = 0
    module: CodeType | None = field(default=None, repr=False, compare=False)

    def __call__(self, *args: object, **kwargs: object) -> Iterator[object]:
        """Run it directly, as an author may want to."""
        return self.function(*args, **kwargs)


def check(
    *,
    points: int = 1,
    needs: str | None = None,
    rule: Rule | None = None,
    atol: float | None = None,
    rtol: float | None = None,
    hidden: bool = False,
    mutates: bool = False,
) -> Callable[[CheckFunction], Check]:
    """Make a generator function a check worth `points`. The arguments are those of `Check`.

    Raises:
        TypeError: the function does not yield, or has no docstring for a label.
        ValueError: points that are not a whole number of at least 0, or a negative tolerance.
    """
    if type(points) is not int or points < 0:
        raise ValueError(f"points={points!r} is not a whole number of at least 0")
    if any(tolerance is not None and not tolerance >= 0 for tolerance in (atol, rtol)):
        raise ValueError("a tolerance is a number of at least 0")

    def decorate(function: CheckFunction) -> Check:
        name = getattr(function, "__name__", "check")
        if not isinstance(function, FunctionType) or not function.__code__.co_flags & _GENERATOR:
            raise TypeError(f"check {name} yields nothing: write `yield` before each value")
        label, label_zh = _labels(function.__doc__ or "")
        if not label:
            raise TypeError(f"check {name} has no docstring: its first line is what learners see")
        code = function.__code__
        return Check(
            id=name,
            label=label,
            points=points,
            function=function,
            parameters=code.co_varnames[: code.co_argcount + code.co_kwonlyargcount],
            needs=needs or "",
            rule=rule,
            atol=atol,
            rtol=rtol,
            hidden=hidden,
            mutates=mutates,
            label_zh=label_zh,
            line=code.co_firstlineno,
        )

    return decorate


def accuracy(at_least: float, labels: str) -> Accuracy:
    """Rule: at least this share of the yielded predictions equals the judge's labels."""
    if not 0 < at_least <= 1:
        raise ValueError(f"at_least={at_least!r} is not a share between 0 and 1")
    return Accuracy(at_least, labels)


def exception_of(function: Callable[..., object], *args: object, **kwargs: object) -> str | None:
    """Name of the type of exception that a call raises, or None: for "must refuse" checks."""
    try:
        function(*args, **kwargs)
    except Exception as error:
        return type(error).__name__
    return None


def _labels(docstring: str) -> tuple[str, str]:
    lines = [line.strip() for line in docstring.strip().splitlines()]
    chinese = next((line[3:].strip() for line in lines[1:] if line.startswith("zh:")), "")
    return (lines[0] if lines else ""), chinese
