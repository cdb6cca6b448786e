"""Counting what one call costs, for checks. Owns the three counters that go around the call.

An op trace counts dispatched ops, a line counter what Python executes, and a witness below both,
torch's own recorder of ops, finds those that ran while the trace was switched off.

A count is made in the process that it counts, so code that searches this process for the counters
can still forge one; the value of the call it cannot. Importable in the sandbox.
"""

from __future__ import annotations

import functools
import inspect
import secrets
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType, FunctionType
from typing import Any, Final, TypeVar

import torch

from quizapp.judge.trace import OpTrace
from quizapp.judge.values import OpCount

_T = TypeVar("_T")
_STEPS_PER_OP: Final = 10
_EXECUTED: Final = "<string>"
_MODE: Final = "PythonDispatchMode"
_recorder: Any = torch._C._autograd
_enable, _disable = _recorder._enable_profiler_legacy, _recorder._disable_profiler_legacy
_is_enabled = _recorder._profiler_enabled
_begin_mark: Any = torch._C._autograd._record_function_with_args_enter
_end_mark: Any = torch._C._autograd._record_function_with_args_exit
_tensor_str: Any = torch._tensor_str
_profiler: Any = torch._C._profiler
_CONFIG: Final = _profiler.ProfilerConfig(
    _profiler.ProfilerState.CPU, *(False,) * 5, _profiler._ExperimentalConfig()
)
_FREE: Final = frozenset(
    {
        "aten::detach", "aten::detach_", "aten::alias", "aten::to", "aten::resolve_conj",
        "aten::resolve_neg", "aten::empty", "aten::empty_strided", "aten::is_same_size",
        "aten::_has_same_storage_numel", "aten::is_nonzero", "aten::lift", "aten::lift_fresh",
        "aten::cudnn_is_acceptable",
    }
)  # fmt: skip
"""What torch itself runs past all modes in honest calls, and what computes nothing."""
_PRODUCTS: Final = frozenset(
    {
        "aten::mm", "aten::bmm", "aten::addmm", "aten::baddbmm", "aten::mv", "aten::dot",
        "aten::matmul", "aten::linear", "aten::einsum", "aten::mul", "aten::conv1d", "aten::conv2d",
        "aten::conv3d", "aten::convolution", "aten::mkldnn_convolution",
        "aten::scaled_dot_product_attention",
    }
)  # fmt: skip


_active: list[Witness] = []


class HiddenOpsError(RuntimeError):
    """Ops ran where they could not be counted."""


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


@dataclass(slots=True)
class _Node:
    """An op that the recorder saw, with those that it called."""

    name: str
    inner: list[_Node] = field(default_factory=list)

    def is_seen(self) -> bool:
        """Whether a dispatch mode saw it, or an op that it called."""
        return self.name == _MODE or any(each.is_seen() for each in self.inner)


class Witness:
    """Records the ops of this thread below Python, where no mode can be switched off.

    Printing a tensor is left out: torch itself switches the modes off for it. Costs about 10 µs an
    op.

    Attributes:
        seen: ops that dispatch modes saw.
        hidden: names of those that ran past them.
    """

    def __init__(self) -> None:
        self.seen = 0
        self.hidden: list[str] = []
        self._token = secrets.token_hex(8)
        self._print: Any = None
        self._thread = threading.get_ident()

    def __enter__(self) -> Witness:
        if not _is_enabled():
            self._begin()
            self._print = _tensor_str._str
            _tensor_str._str = self._printing
            _active.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        if self._print is not None:
            _tensor_str._str = self._print
            self._print = None
            _active.remove(self)
            self._end()

    def _begin(self) -> None:
        _enable(_CONFIG)
        _end_mark(_begin_mark(self._token))

    def _end(self) -> None:
        try:
            threads = _disable()
        except RuntimeError:
            threads = []
        names = [event.name() for events in threads for event in events if event.kind() == "push"]
        if names[:1] != [self._token]:  # the record of another
            raise HiddenOpsError(
                "torch's profiler was switched during a call whose operations are counted; "
                "leave the profiler out of it"
            )
        for events in threads:
            self._read(_tree(events))

    def _printing(self, *args: object, **kwargs: object) -> object:
        return self.apart(self._print, *args, **kwargs)

    def apart(self, function: Callable[..., _T], *args: object, **kwargs: object) -> _T:
        """Call something whose ops are nobody's."""
        if threading.get_ident() != self._thread:
            return function(*args, **kwargs)  # the record is of one thread
        self._end()
        try:
            return function(*args, **kwargs)
        finally:
            self._begin()

    def _read(self, nodes: Sequence[_Node]) -> None:
        for node in nodes:
            if node.name == _MODE:
                self.seen += 1
            elif node.is_seen():
                self._read(node.inner)
            elif node.name.startswith("aten::") and node.name not in _FREE:
                self.hidden.append(node.name)
            elif not node.name.startswith("aten::"):
                self._read(node.inner)


def unwatched(function: Callable[..., _T], *args: object) -> _T:
    """Call something of the judge's own, which no witness is to count."""
    return _active[-1].apart(function, *args) if _active else function(*args)


def _tree(events: Sequence[Any]) -> list[_Node]:
    top = _Node("")
    path = [top]
    for event in events:
        kind = event.kind()
        if kind == "push":
            node = _Node(event.name())
            path[-1].inner.append(node)
            path.append(node)
        elif kind == "pop" and len(path) > 1:
            path.pop()
    return top.inner


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

    Raises:
        HiddenOpsError: the call ran ops that are to be counted where they cannot be.
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
    *_, most_multiplications, most_flops, most_bytes = limits
    trace = OpTrace(memory=most_bytes is not None)
    lines, witness = LineCount(_file_of(function)), Witness()
    with trace, witness, lines:
        value = function(*args, **kwargs)
    uncounted = [name for name in witness.hidden if name in _PRODUCTS]
    if uncounted and (most_multiplications is not None or most_flops is not None):
        raise HiddenOpsError(f"{uncounted[0]} ran where its operations cannot be counted")
    return OpCount(
        value,
        max(trace.total, witness.seen) + len(witness.hidden),
        lines.steps,
        trace.multiplications,
        limits,
        trace.flops,
        trace.live.peak if trace.live is not None else 0,
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
