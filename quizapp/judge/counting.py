"""Counting what one call costs, for checks. Owns what goes around the call.

An op trace counts dispatched ops, a line counter what Python executes, and a recording writes the
call down as a program. A count is made in the process that it counts, so code that searches this
process can forge one; before a check passes, the program is run again elsewhere (`proofs`) and
those counts take the place of these. Importable in the sandbox.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType, FunctionType
from typing import Any, Final

import torch

from quizapp.judge import frames, program
from quizapp.judge.trace import OpTrace
from quizapp.judge.values import OpCount

_STEPS_PER_OP: Final = 10
_EXECUTED: Final = "<string>"
_in_the_judge = [False]


class LineCount:
    """Counts executed lines of a file while it is entered; loops count each time round.

    What `exec` runs counts as well.

    Attributes:
        steps: lines so far.
    """

    def __init__(self, filename: str) -> None:
        self.steps = 0
        self._filename = filename
        self._outer: Any = None

    def __enter__(self) -> LineCount:
        self._outer = sys.gettrace()
        sys.settrace(self._enter_frame)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._outer)

    def _enter_frame(self, frame: FrameType, _event: str, _arg: object) -> Any:  # noqa: ANN401
        file = frame.f_code.co_filename
        if file == self._filename or (file == _EXECUTED and not _is_ours(frame)):
            return self._step
        return None

    def _step(self, _frame: FrameType, event: str, _arg: object) -> Any:  # noqa: ANN401
        if event == "line":
            self.steps += 1
        return self._step


@contextmanager
def arguments_kept() -> Iterator[None]:
    """While this is entered, counts hold copies of the arguments, as the judge's own runs do."""
    _in_the_judge[0] = True
    try:
        yield
    finally:
        _in_the_judge[0] = False


def count_ops(
    function: Callable[..., object],
    *args: object,
    at_most: int | None = None,
    at_most_multiplications: int | None = None,
    at_most_steps: int | None = None,
    at_most_flops: int | None = None,
    at_most_bytes: int | None = None,
    **kwargs: object,
) -> OpCount:
    """Call `function` and count what it costs; its value is compared, too.

    Args:
        function: an entry point, or a module or function that the learner's code made.
        *args: passed on.
        at_most: dispatched torch ops that are allowed.
        at_most_multiplications: scalar multiplications (of products, convolutions, `*`) allowed.
        at_most_steps: executed lines of the submission allowed, for loops without torch ops;
            ten for each op allowed, and 200 at least, if `at_most` is and this is not.
        at_most_flops: floating-point operations of products, convolutions and attention allowed.
        at_most_bytes: bytes of tensors that the call makes and that are alive at the same time.
        **kwargs: passed on.
    """
    if at_most is not None and at_most_steps is None:
        at_most_steps = max(200, _STEPS_PER_OP * at_most)
    limits = (at_most, at_most_steps, at_most_multiplications, at_most_flops, at_most_bytes)
    return _count(function, args, kwargs, limits)


def count_ops_at_sizes(
    function: Callable[..., object],
    small: Sequence[object],
    large: Sequence[object],
    **kwargs: object,
) -> OpCount:
    """Count a call with small and with large inputs: what grows with the inputs is a Python loop.

    No limit has to be thought of: the ops and executed lines may grow as much as the reference's
    do, and a few more. Both values are compared.

    Args:
        function: an entry point.
        small: positional arguments of the one call.
        large: those of the other, with the same meaning; ten times as many numbers, or more.
        **kwargs: passed on to both.
    """
    nothing = (None,) * 5
    one = _count(function, tuple(small), kwargs, nothing)
    other = _count(function, tuple(large), kwargs, nothing)
    sizes = _size_that_differs(small, large)
    return OpCount(
        (one.value, other.value),
        other.ops,
        other.steps,
        other.multiplications,
        nothing,
        other.flops,
        other.peak_bytes,
        (one.ops, one.steps, *sizes),
        one.record + other.record,
    )


def _size_that_differs(small: Sequence[object], large: Sequence[object]) -> tuple[int, int]:
    """How many numbers the arguments hold in both calls: those of the first that differs."""
    for one, other in zip(small, large, strict=True):
        if isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
            if one.dim() and other.dim() and one.shape[0] != other.shape[0]:
                return one.shape[0], other.shape[0]
            if one.numel() != other.numel():
                return one.numel(), other.numel()
        elif isinstance(one, int) and isinstance(other, int) and one != other:
            return one, other
    raise ValueError("the arguments of both calls are of the same size")


def _count(
    function: Callable[..., object],
    args: tuple[object, ...],
    kwargs: dict[str, object],
    limits: tuple[int | None, ...],
) -> OpCount:
    given = [list(args), dict(kwargs)]
    kept = frames.decode(frames.encode(given)) if _in_the_judge[0] else None
    trace, lines = OpTrace(memory=limits[-1] is not None), LineCount(_file_of(function))
    recording = program.Recording(given)
    with recording, trace, lines:  # so that no copy that the recording makes is counted
        value = function(*args, **kwargs)
    return OpCount(
        value,
        trace.total,
        lines.steps,
        trace.multiplications,
        limits,
        trace.flops,
        trace.live.peak if trace.live is not None else 0,
        record=(recording.program(value) if kept is None else kept,),
    )


def _is_ours(frame: FrameType) -> bool:
    """Whether a frame without a file is a method that `dataclass` made for this package."""
    return str(frame.f_globals.get("__name__", "")).startswith("quizapp.")


def _file_of(function: object) -> str:
    """The file that a callable is written in, as far as that can be told; else empty."""
    while isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(function) if callable(function) else function
    if not isinstance(function, FunctionType):
        kind = function if isinstance(function, type) else type(function)
        function = next(
            (
                member
                for name in ("forward", "__call__", "__init__")
                if isinstance(member := inspect.unwrap(getattr(kind, name, kind)), FunctionType)
                and "torch" not in member.__module__.split(".")
            ),
            None,
        )
    return function.__code__.co_filename if isinstance(function, FunctionType) else ""
