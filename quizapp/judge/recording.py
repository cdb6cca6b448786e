"""Taking down the calls of entry points. Owns what is noted of a call, not what becomes of it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import FunctionType

from quizapp.judge import frames
from quizapp.judge.accusations import Accusations
from quizapp.judge.frames import FrameTooLargeError
from quizapp.judge.items import Argument, Called, Item
from quizapp.judge.values import OpCount, Unsupported, Value

_MAX_CALLS = 500
_MAX_INPUT_BYTES = 32 << 20
_NO_DIGEST = bytes(frames.DIGEST_BYTES)
_IMMUTABLE = frozenset({type(None), bool, int, float, complex, str, bytes})


class MisfitError(Exception):
    """An entry point was called with arguments that it does not take; holds what it looks like."""


@dataclass(frozen=True, slots=True)
class _Target:
    """What is called.

    Attributes:
        name: what feedback calls it.
        bound: whether the first argument is the object, which is not told.
        makes: the name of the class, when this makes an object of it; else empty.
    """

    name: str
    function: Callable[..., object]
    bound: bool = False
    makes: str = ""

    def parameters(self) -> tuple[str, ...]:
        """Names of its parameters; empty when they cannot be told."""
        try:
            return tuple(inspect.signature(self.function).parameters)[self.bound :]
        except (TypeError, ValueError):
            return ()


class Recorder:
    """Takes down the calls that a check makes of entry points.

    A function is handed to the check in a wrapper. A class is handed over as it is, so that it can
    be a base, be pickled and be inspected; its own `__init__` and `forward` are exchanged on it
    until `release`, and only calls that come from the check count, not those that other code of
    the submission makes.

    Args:
        filename: what the submission was compiled as; its frames make an exception the learner's.
        accusations: what is found there becomes items.
        keep_inputs: whether calls keep copies of their arguments.

    Attributes:
        saw_change: whether a call has changed one of its arguments in place.
    """

    def __init__(
        self,
        filename: str,
        *,
        accusations: Accusations | None = None,
        keep_inputs: bool = False,
    ) -> None:
        self.filename = filename
        self._accusations = accusations
        if accusations is not None:
            accusations.begin_check()
        self._keep_inputs = keep_inputs
        self._kept = 0
        self._calls: list[Called] = []
        self._count = 0
        self._depth = 0
        self.saw_change = False
        self._result: object = None
        self._undo: list[Callable[[], None]] = []

    def wrap(self, name: str, function: Callable[..., object]) -> Callable[..., object]:
        """`function`, with its calls taken down."""

        def call(*args: object, **kwargs: object) -> object:
            return self._note(_Target(name, function), args, kwargs)

        call.__name__ = call.__qualname__ = name
        call.__wrapped__ = function  # type: ignore[attr-defined]
        return call

    def watch(self, name: str, kind: type) -> None:
        """Take down how a class is made and called, until `release`."""
        for member, shown in (("__init__", name), ("forward", f"{name}.forward")):
            function = getattr(kind, member, None)
            if not isinstance(function, FunctionType):
                continue
            code = getattr(inspect.unwrap(function), "__code__", None)
            if code is None or code.co_filename != self.filename:
                continue  # torch's own, or a library's: exchanging it would reach other classes
            target = _Target(shown, function, bound=True, makes=name if shown == name else "")
            with suppress(AttributeError, TypeError):  # a class that cannot be written to
                self._exchange(kind, member, self._method(target))

    def release(self) -> None:
        """Give watched classes back as they were."""
        while self._undo:
            with suppress(AttributeError, TypeError):
                self._undo.pop()()

    def _method(self, target: _Target) -> Callable[..., object]:
        @functools.wraps(target.function)
        def method(*args: object, **kwargs: object) -> object:
            if self._depth:
                return target.function(*args, **kwargs)
            return self._note(target, args, kwargs)

        return method

    def _exchange(self, kind: type, member: str, method: Callable[..., object]) -> None:
        if member in vars(kind):
            before = vars(kind)[member]
            self._undo.append(lambda: setattr(kind, member, before))
        else:
            self._undo.append(lambda: delattr(kind, member))
        setattr(kind, member, method)

    def _note(
        self, target: _Target, args: tuple[object, ...], kwargs: Mapping[str, object]
    ) -> object:
        """Call, and take the call down, unless there have been too many."""
        if self._count >= _MAX_CALLS:
            return self._call(target, args, kwargs)
        self._count += 1
        given = {str(position): value for position, value in enumerate(args[target.bound :])}
        given |= kwargs
        before = _digests(given)
        inputs = self._copies(target, given) if self._keep_inputs else {}
        returned = ""
        try:
            result = self._call(target, args, kwargs)
            returned = target.makes or _returned_name(result)
            if self._keep_inputs:
                self._result = result
        finally:
            after = _digests(given)
            arguments = tuple(Argument(key, before[key], after[key]) for key in given)
            self.saw_change |= any(each.changed for each in arguments)
            self._calls.append(Called(target.name, arguments, returned, inputs))
        return result

    def _call(
        self, target: _Target, args: tuple[object, ...], kwargs: Mapping[str, object]
    ) -> object:
        """Call, noting that what runs now is the submission's doing."""
        self._depth += 1
        if self._accusations is not None:
            self._accusations.in_call += 1
        try:
            return _call_checked(target, args, kwargs)
        finally:
            self._depth -= 1
            if self._accusations is not None:
                self._accusations.in_call -= 1

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
        if self._accusations is not None:
            yield from self._accusations.take()

    def _copies(self, target: _Target, given: Mapping[str, object]) -> dict[str, Value]:
        """Copies of the arguments by parameter name; types only, once there are many."""
        names = target.parameters()
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
    target: _Target, args: tuple[object, ...], kwargs: Mapping[str, object]
) -> object:
    """Call; a TypeError of the call itself, not from within, becomes a misfit."""
    function = target.function
    try:
        return function(*args, **kwargs)
    except TypeError as error:
        traceback = error.__traceback__
        if traceback is not None and traceback.tb_next is None and inspect.isfunction(function):
            raise MisfitError(f"{target.name}({', '.join(target.parameters())})") from None
        raise


def _returned_name(value: object) -> str:
    """The name of a result's type; tensors of the simulated accelerator count as tensors."""
    return "torch.Tensor" if frames.is_wrapped(value) else frames.type_name(value)


def _digests(given: Mapping[str, object]) -> dict[str, bytes]:
    return {
        key: _NO_DIGEST if type(value) in _IMMUTABLE else frames.digest(value)
        for key, value in given.items()
    }
