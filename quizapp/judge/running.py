"""Running a check, the same way on both sides. Owns arguments, seeds, recorded calls and items.

In the sandbox each item goes out as soon as it is made; in the judge `expected_stream` keeps them,
with the inputs of each call for feedback. What items mean is left to `compare`.
"""

from __future__ import annotations

import hashlib
import inspect
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import CodeType, ModuleType, TracebackType
from typing import Any, TypeAlias

import numpy as np
import torch

from quizapp.errors import CourseError
from quizapp.judge import frames
from quizapp.judge.checks import Check
from quizapp.judge.frames import FrameError, FrameTooLargeError
from quizapp.judge.trace import Forbidden, OpTrace
from quizapp.judge.values import OpCount, Unsupported, Value

CHECKS_NAME = "<checks>"
"""What `checks.py` is compiled as in the sandbox: no submission has a file of that name."""
RESERVED = frozenset({"load"})
_MAX_MESSAGE = 500
_MAX_LINES = 12
_MOST_SOURCE_LINES = 10_000_000
_MAX_CALLS = 500
_MAX_INPUT_BYTES = 32 << 20
_traceback_of: Any = BaseException.__dict__["__traceback__"].__get__
_NO_DIGEST = bytes(frames.DIGEST_BYTES)
_IMMUTABLE = frozenset({type(None), bool, int, float, complex, str, bytes})


class Origin(StrEnum):
    """Where an exception came from."""

    LEARNER = "learner"  # a line of the submission is in its traceback
    CALL = "call"  # the entry point does not take the arguments; the message is its signature
    CHECK = "check"  # the check's own code, such as when it cannot use what was returned
    MISSING = "missing"  # a name that the check asks for does not exist; the message is the name


@dataclass(frozen=True, slots=True)
class Yielded:
    """A value to compare."""

    value: Value


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call: its parameter or position, and digests around the call."""

    name: str
    before: bytes
    after: bytes

    @property
    def changed(self) -> bool:
        """Whether the call changed it in place."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Called:
    """A call of an entry point.

    Attributes:
        returned: name of the type of what came back; empty when it raised.
        inputs: parameter name -> argument before the call; only in the judge's own streams.
        answered: whether the next value is the very thing that it returned; likewise.
    """

    name: str
    arguments: tuple[Argument, ...]
    returned: str
    inputs: Mapping[str, Value] = field(default_factory=dict, compare=False)
    answered: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Raised:
    """The check ended with an exception.

    Attributes:
        type_name: such as "ValueError"; builtins without their module.
        message: cut; may hold anything, control characters included.
        lines: (line, function) of the submission's frames, outermost first, folded in the middle.
        errno: of an OSError, else 0.
    """

    origin: Origin
    type_name: str
    message: str
    lines: tuple[tuple[int, str], ...] = ()
    errno: int = 0


@dataclass(frozen=True, slots=True)
class Oversized:
    """A value that may not cross over because of its size."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The check ran to its end."""


Item: TypeAlias = Yielded | Called | Forbidden | Raised | Oversized | Finished


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


class _MisfitError(Exception):
    """An entry point was called with arguments that it does not take; holds what it looks like."""


def load_checks(source: str | CodeType, filename: str) -> tuple[Check, ...]:
    """Run the course's `checks.py`, compiled or not, and collect its checks in their order.

    Raises:
        CourseError: it cannot be run, holds no check, or a check needs one that is not before it.
    """
    try:
        code = source
        if isinstance(code, str):
            code = compile(code, filename, "exec", dont_inherit=True)
        found = _execute(code)
    except SyntaxError as error:
        raise CourseError(filename, error.lineno or 0, f"{error.msg}", "correct it") from error
    except Exception as error:
        line = _line_of(error.__traceback__, filename)
        what = f"{type(error).__name__}: {error}"
        raise CourseError(filename, line, what, "correct the checks") from error
    if not found:
        raise CourseError(filename, 0, "there is no check in it", "decorate one with @check")
    for position, check in enumerate(found):
        if check.needs and check.needs not in {before.id for before in found[:position]}:
            what = f"check {check.id} needs {check.needs!r}, which is no check before it"
            raise CourseError(filename, check.line, what, "name an earlier check")
        if check.id in RESERVED:
            what = f"{check.id!r} stands for loading the submission"
            raise CourseError(filename, check.line, what, "give the check another name")
    return tuple(replace(check, module=code) for check in found)


def _execute(code: CodeType) -> list[Check]:
    """Run the module and collect its checks in the order they are written."""
    module = ModuleType("checks")
    module.__file__ = code.co_filename
    exec(code, module.__dict__)
    return [value for value in vars(module).values() if isinstance(value, Check)]


def _anew(check: Check) -> Check:
    """The same check with constants of its own."""
    if check.module is None:
        return check
    return next((each for each in _execute(check.module) if each.id == check.id), check)


def run_check(
    check: Check,
    names: Mapping[str, object],
    *,
    seed: int,
    recorder: Recorder,
    anew: bool = False,
) -> Iterator[Item]:
    """Run one check and yield its items; the last one is `Finished` or `Raised`.

    Args:
        check: the check.
        names: what the check may ask for by parameter name, besides `rng`; callables that are not
            classes are recorded.
        seed: with the check's id decides all draws, the same on both sides.
        recorder: takes down the calls; a new one for each check.
        anew: whether the check gets constants of its own, because an earlier one may have changed
            those of the module; costs about a millisecond.
    """
    arguments: dict[str, object] = {}
    for name in check.parameters:
        if name == "rng":
            arguments[name] = torch.Generator().manual_seed(_derive(seed, check.id, "rng"))
        elif name not in names:
            yield Raised(Origin.MISSING, "NameError", name)
            return
        else:
            arguments[name] = _argument(name, names[name], recorder)
    _seed_everything(_derive(seed, check.id, "global"))
    try:
        stream = (_anew(check) if anew else check).function(**arguments)
    except BaseException as error:  # the submission may have broken what the module needs
        yield raised(error, recorder.filename)
        return
    while True:
        try:
            value = next(stream)
        except StopIteration:
            yield from recorder.take()
            yield Finished()
            return
        except BaseException as error:  # whatever a submission raises is an answer, not an end
            yield from recorder.take()
            yield raised(error, recorder.filename)
            return
        yield from recorder.take()
        yield Yielded(value)


def _argument(name: str, value: object, recorder: Recorder) -> object:
    """What a check gets for a name: entry points recorded, data as copies of its own."""
    if callable(value) and not isinstance(value, type):
        return recorder.wrap(name, value)
    if name == "data" and isinstance(value, dict):
        return {
            key: {part: tensor.clone() for part, tensor in arrays.items()}
            for key, arrays in value.items()
        }
    return value


_expecting = threading.Lock()


def expected_stream(
    check: Check, names: Mapping[str, object], *, seed: int, filename: str
) -> tuple[Item, ...]:
    """The judge's own run of a check, with values copied and the inputs of calls kept.

    Args:
        check: the check.
        names: the reference's (or a near miss's) entry points, `device`, `data`.
        seed: as for the sandbox's run.
        filename: what the code of the entry points was compiled as.

    One at a time: torch's global generator is seeded for it.
    """
    with _expecting:
        recorder = Recorder(filename, keep_inputs=True)
        items: list[Item] = []
        for item in run_check(check, names, seed=seed, recorder=recorder, anew=True):
            last = items[-1] if items else None
            if (
                isinstance(item, Yielded)
                and isinstance(last, Called)
                and recorder.is_result(item.value)
            ):
                items[-1] = replace(last, answered=True)
            items.append(_copied(item))
        return tuple(items)


def raised(error: BaseException, filename: str) -> Raised:
    """An exception as an item, with nothing of it but text and numbers."""
    if type(error) is _MisfitError:
        return Raised(Origin.CALL, "TypeError", error.args[0])
    cause = BaseException.__dict__["__cause__"].__get__(error)
    if type(error) is RuntimeError and type(cause) is StopIteration:
        error = cause  # raised inside the check's generator, which Python turns into that
    traceback = _traceback_of(error)
    lines = _learner_lines(traceback, filename)
    try:
        message = str.__getitem__(str(error), slice(0, _MAX_MESSAGE))
    except BaseException:  # `__str__` is the submission's
        message = "(its message cannot be shown)"
    errno = getattr(error, "errno", 0) if isinstance(error, OSError) else 0
    return Raised(
        Origin.LEARNER if lines else Origin.CHECK,
        frames.type_name(error),
        message,
        lines,
        errno if type(errno) is int else 0,
    )


def encode_item(item: Item, *, max_bytes: int = frames.MAX_BYTES) -> bytes:
    """An item as bytes; one that is too large becomes `Oversized`. Never raises."""
    try:
        return frames.encode(_fields(item), max_bytes=max_bytes)
    except (FrameTooLargeError, MemoryError):
        return frames.encode(("oversized",))
    except Exception:  # a value that changes while it is read, or was made to break the encoder
        return frames.encode(("yielded", Unsupported("a value that cannot be read")))


def decode_item(
    data: bytes | memoryview,
    *,
    max_bytes: int = frames.MAX_BYTES,
    budget: frames.Budget | None = None,
) -> Item:
    """The reverse of `encode_item`.

    Raises:
        FrameError: the bytes are not an item.
    """
    fields = frames.decode(data, max_bytes=max_bytes, budget=budget)
    if type(fields) is not tuple or not fields or type(fields[0]) is not str:
        raise FrameError("not an item")
    kind, rest = fields[0], fields[1:]
    make = _MAKE.get(kind)
    if make is None:
        raise FrameError("an unknown item")
    try:
        return make(*rest)
    except (TypeError, ValueError) as error:
        raise FrameError(f"a malformed {kind} item") from error


def _fields(item: Item) -> tuple[object, ...]:
    match item:
        case Yielded(value):
            return ("yielded", value)
        case Called(name, arguments, returned):
            keys = "\0".join([each.name for each in arguments])  # one part is cheaper than many
            digests = b"".join([each.before + each.after for each in arguments])
            return ("called", name, len(arguments), keys, digests, returned)
        case Forbidden(op, group, line):
            return ("forbidden", op, group, line)
        case Raised(origin, type_name, message, lines, errno):
            return ("raised", origin.value, type_name, message, lines, errno)
        case Oversized():
            return ("oversized",)
        case Finished():
            return ("finished",)


def _exactly(value: Value, kind: type) -> Any:  # noqa: ANN401
    if type(value) is not kind:
        raise ValueError(kind.__name__)
    return value


def _line_number(value: Value) -> int:
    line: int = _exactly(value, int)
    if not 0 <= line < _MOST_SOURCE_LINES:
        raise ValueError("no line of a file")
    return line


def _make_called(name: Value, count: Value, keys: Value, digests: Value, returned: Value) -> Called:
    names = _exactly(keys, str).split("\0") if _exactly(count, int) else []
    size = frames.DIGEST_BYTES
    if len(names) != count or len(_exactly(digests, bytes)) != 2 * size * count:
        raise ValueError("arguments")
    pairs = (digests[at : at + 2 * size] for at in range(0, len(digests), 2 * size))
    made = tuple(
        Argument(key, pair[:size], pair[size:]) for key, pair in zip(names, pairs, strict=True)
    )
    return Called(_exactly(name, str), made, _exactly(returned, str))


def _make_raised(
    origin: Value, type_name: Value, message: Value, lines: Value, errno: Value
) -> Raised:
    made = tuple(
        (_line_number(line), _exactly(name, str)[:_MAX_MESSAGE])
        for line, name in _exactly(lines, tuple)[:_MAX_LINES]
    )
    return Raised(
        Origin(_exactly(origin, str)),
        _exactly(type_name, str)[:_MAX_MESSAGE],
        _exactly(message, str)[:_MAX_MESSAGE],
        made,
        _exactly(errno, int),
    )


_MAKE: dict[str, Callable[..., Item]] = {
    "yielded": Yielded,
    "called": _make_called,
    "forbidden": lambda op, group, line: Forbidden(
        _exactly(op, str)[:_MAX_MESSAGE], _exactly(group, str)[:_MAX_MESSAGE], _line_number(line)
    ),
    "raised": _make_raised,
    "oversized": Oversized,
    "finished": Finished,
}


def _copied(item: Item) -> Item:
    """An item whose value later changes cannot reach, in the same words as one from the sandbox."""
    if not isinstance(item, Yielded):
        return item
    try:
        return Yielded(frames.decode(frames.encode(item.value)))
    except FrameTooLargeError:
        return Oversized()


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
            raise _MisfitError(f"{name}({', '.join(_parameters(function))})") from None
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


def _derive(seed: int, check_id: str, purpose: str) -> int:
    """A 63-bit seed that differs between checks and purposes."""
    text = f"{seed}/{check_id}/{purpose}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little") >> 1


def _seed_everything(seed: int) -> None:
    """Seed what honest code draws from. `torch.manual_seed` itself costs 0.3 ms."""
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.manual_seed_all(seed)
    random.seed(seed)
    np.random.seed(seed & 0xFFFFFFFF)


def _learner_lines(traceback: TracebackType | None, filename: str) -> tuple[tuple[int, str], ...]:
    """The submission's frames, outermost first; of many, the ends."""
    lines: list[tuple[int, str]] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename == filename:
            lines.append((traceback.tb_lineno, code.co_name))
        traceback = traceback.tb_next
    if len(lines) > _MAX_LINES:
        lines = lines[: _MAX_LINES // 2] + lines[-_MAX_LINES // 2 :]
    return tuple(lines)


def _line_of(traceback: TracebackType | None, filename: str) -> int:
    lines = _learner_lines(traceback, filename)
    return lines[-1][0] if lines else 0
