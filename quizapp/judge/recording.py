"""Taking down the calls of entry points. Owns what is noted of a call, not what becomes of it."""
from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping

from quizapp.judge import frames
from quizapp.judge.frames import FrameTooLargeError
from quizapp.judge.items import Argument, Called, Item
from quizapp.judge.trace import OpTrace
from quizapp.judge.values import OpCount, Unsupported, Value

_MAX_CALLS = 500
_MAX_INPUT_BYTES = 32 << 20
_NO_DIGEST = bytes(frames.DIGEST_BYTES)
_IMMUTABLE = frozenset({type(None), bool, int, float, complex, str, bytes})


class MisfitError(Exception):
    """An entry point was called with arguments that it does not take; holds what it looks like."""


class Recorder:
    """Takes down the calls of entry points.

    Args:
        filename: what the submission was compiled as; its frames make an exception the learner's.
        trace: an entered trace whose forbidden ops become items.
        keep_inputs: whether calls keep copies of their arguments.

    Attributes:
        saw_change: whether a call has changed one of its arguments in place.
    """

    def __init__(
        self, filename: str, *, trace: OpTrace | None = None, keep_inputs: bool = False
    ) -> None:
        self.filename = filename
        self._trace = trace
        if trace is not None:
            trace.begin_check()
        self._keep_inputs = keep_inputs
        self._kept = 0
        self._calls: list[Called] = []
        self._count = 0
        self.saw_change = False
        self._result: object = None

    def wrap(self, name: str, function: Callable[..., object]) -> Callable[..., object]:
        """`function`, with its calls taken down."""

        def call(*args: object, **kwargs: object) -> object:
            if self._count >= _MAX_CALLS:
                return self._call(name, function, args, kwargs)
            self._count += 1
            given = {**{str(position): value for position, value in enumerate(args)}, **kwargs}
            before = _digests(given)
            inputs = self._copies(function, given) if self._keep_inputs else {}
            returned = ""
            try:
                result = self._call(name, function, args, kwargs)
                returned = _returned_name(result)
                if self._keep_inputs:
                    self._result = result
            finally:
                after = _digests(given)
                arguments = tuple(Argument(key, before[key], after[key]) for key in given)
                self.saw_change |= any(each.changed for each in arguments)
                self._calls.append(Called(name, arguments, returned, inputs))
            return result

        call.__name__ = call.__qualname__ = name
        call.__wrapped__ = function  # type: ignore[attr-defined]
        return call

    def _call(
        self,
        name: str,
        function: Callable[..., object],
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
    ) -> object:
        """Call, with the trace told that what runs now is the submission's doing."""
        if self._trace is None:
            return _call_checked(name, function, args, kwargs)
        self._trace.in_call += 1
        try:
            return _call_checked(name, function, args, kwargs)
        finally:
            self._trace.in_call -= 1

    def is_result(self, value: object) -> bool:
        """Whether a yielded value is what the last call returned, counted or not."""
        if type(value) is OpCount:
            value = value.value
        return value is not None and value is self._result

    def take(self) -> Iterator[Item]:
        """The calls and forbidden ops since last time."""
        if self._calls:
            calls, self._calls = self._calls, []
            yield from calls
        if self._trace is not None:
            yield from self._trace.take_forbidden()

    def _copies(
        self, function: Callable[..., object], given: Mapping[str, object]
    ) -> dict[str, Value]:
        """Copies of the arguments by parameter name; types only, once there are many."""
        names = _parameters(function)
        copies: dict[str, Value] = {}
        for key, value in given.items():
            name = names[int(key)] if key.isdigit() and int(key) < len(names) else key
            try:
                raw = frames.encode(value, max_bytes=_MAX_INPUT_BYTES - self._kept)
            except FrameTooLargeError:
                copies[name] = Unsupported(frames.type_name(value))
            else:
                self._kept += len(raw)
                copies[name] = frames.decode(raw)
        return copies


def _call_checked(
    name: str,
    function: Callable[..., object],
    args: tuple[object, ...],
    kwargs: Mapping[str, object],
) -> object:
    """Call; a TypeError of the call itself, not from within, becomes a misfit."""
    try:
        return function(*args, **kwargs)
    except TypeError as error:
        traceback = error.__traceback__
        if traceback is not None and traceback.tb_next is None and inspect.isfunction(function):
            raise MisfitError(f"{name}({', '.join(_parameters(function))})") from None
        raise


def _returned_name(value: object) -> str:
    """The name of a result's type; tensors of the simulated accelerator count as tensors."""
    return "torch.Tensor" if frames.is_wrapped(value) else frames.type_name(value)


def _parameters(function: object) -> tuple[str, ...]:
    """Names of a callable's parameters; empty when they cannot be told."""
    try:
        return tuple(inspect.signature(function).parameters)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return ()


def _digests(given: Mapping[str, object]) -> dict[str, bytes]:
    return {
        key: _NO_DIGEST if type(value) in _IMMUTABLE else frames.digest(value)
        for key, value in given.items()
    }
