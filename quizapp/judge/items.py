"""What a run of a check is told as: calls, values, how it ended. Owns these words and their bytes.

What they mean is left to `compare`, how a check comes to them to `running`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from quizapp.judge import frames
from quizapp.judge.accusations import Forbidden
from quizapp.judge.frames import FrameError, FrameTooLargeError
from quizapp.judge.values import Unsupported, Value

MAX_MESSAGE = 500
"""Characters of an exception's message that are kept."""
MAX_LINES = 12
"""Frames of a traceback that are kept."""
_MOST_SOURCE_LINES = 10_000_000


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
        (_line_number(line), _exactly(name, str)[:MAX_MESSAGE])
        for line, name in _exactly(lines, tuple)[:MAX_LINES]
    )
    return Raised(
        Origin(_exactly(origin, str)),
        _exactly(type_name, str)[:MAX_MESSAGE],
        _exactly(message, str)[:MAX_MESSAGE],
        made,
        _exactly(errno, int),
    )


_MAKE: dict[str, Callable[..., Item]] = {
    "yielded": Yielded,
    "called": _make_called,
    "forbidden": lambda op, group, line: Forbidden(
        _exactly(op, str)[:MAX_MESSAGE], _exactly(group, str)[:MAX_MESSAGE], _line_number(line)
    ),
    "raised": _make_raised,
    "oversized": Oversized,
    "finished": Finished,
}


def copied(item: Item) -> Item:
    """An item whose value later changes cannot reach, in the same words as one from the sandbox."""
    if not isinstance(item, Yielded):
        return item
    try:
        return Yielded(frames.decode(frames.encode(item.value)))
    except FrameTooLargeError:
        return Oversized()
