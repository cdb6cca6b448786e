"""Values, inputs and exceptions in words. Owns how they read; leaves what is right to `agree`.

Everything that comes from a submission passes through `escaped` on its way into a message, so that
no message can move a cursor, colour a terminal or turn text around.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from typing import Final

import torch

from quizapp.judge import display
from quizapp.judge.notebooks import place
from quizapp.judge.running import Called, Origin, Raised
from quizapp.judge.values import (
    ArrayValue,
    DeviceValue,
    Gradients,
    OpCount,
    TensorValue,
    Unsupported,
    Value,
)
from quizapp.judge.words import COLON, NOTHING, Said, joined, same, say

_ONE_LINE: Final = {ord(each): ascii(each)[1:-1] for each in "\n\t\u2028\u2029"}
_SMALL = 64
_ROW = 96
_TEXT = 200
_FRAMES = 4
_SHOWN_ITEMS = 8
_DIGITS = 5
_LONGEST_INT_BITS = 512
_ROWS = 10
_AROUND = 2
_NO_GPU: Final = (
    "not compiled with cuda",
    "not linked with support for cuda",  # what torch says once it has tried before
    "no cuda gpus",
    "nvidia",
)

NO_NETWORK: Final = (
    "socket.gaierror",
    "urllib.error.URLError",
    "requests.exceptions.ConnectionError",
    "urllib3.exceptions.NewConnectionError",
)
"""Types of exceptions that looking a host up, or connecting to it, ends with."""

_KINDS: Final[dict[type, Said]] = {
    type(None): same("None"),
    bool: say("a bool"),
    int: say("an int"),
    float: say("a float"),
    complex: say("a complex number"),
    str: say("a string"),
    bytes: same("bytes"),
    tuple: say("a tuple"),
    list: say("a list"),
    dict: say("a dict"),
    torch.Size: say("a torch.Size"),
    torch.dtype: say("a torch.dtype"),
    DeviceValue: say("a torch.device"),
    OpCount: say("a count of operations"),
    Gradients: say("gradients"),
}
_RETURNED: Final[dict[str, Said]] = {
    "NoneType": same("None"),
    "torch.Tensor": say("a tensor"),
    "torch.nn.parameter.Parameter": say("a tensor"),
    "torch.Size": say("a torch.Size"),
    "numpy.ndarray": say("a NumPy array"),
    "collections.OrderedDict": say("a dict"),
    **{kind.__name__: text for kind, text in _KINDS.items() if kind.__module__ == "builtins"},
}
_HINTS: Final[dict[str, Said]] = {
    "EOFError": say("There is no keyboard here: take arguments instead of calling input()."),
    "SystemExit": say("The code ends the program: remove exit() or sys.exit()."),
    "KeyboardInterrupt": say("The code raises KeyboardInterrupt itself: remove that."),
    "RecursionError": say("The function calls itself without end: check where it stops."),
    "NotImplementedError": say("That part is not written yet: put your code in its place."),
    "FileNotFoundError": say("No files come with the code: all that it needs are its arguments."),
    "ModuleNotFoundError": say("Only torch, NumPy and Python's own modules are sure to be here."),
    **dict.fromkeys(NO_NETWORK, say("There is no network here: nothing can be downloaded.")),
}
"""What to do about exceptions by their type."""


def escaped(text: str, limit: int = _TEXT) -> str:
    """Text of a submission on one line: control and direction characters escaped, cut to `limit`.

    A text that is too long keeps its head and its tail.
    """
    if len(text) > limit:
        text = f"{text[: limit * 2 // 3]} … {text[-limit // 3 :]}"
    return display.escape(text).translate(_ONE_LINE)


def kind_of(value: Value) -> Said:
    """What kind of thing a value is, with its article: "a tensor", "None", "a NumPy array"."""
    if isinstance(value, TensorValue):
        return say("a tensor")
    if isinstance(value, ArrayValue):
        return say("a NumPy scalar") if value.scalar else say("a NumPy array")
    if isinstance(value, Unsupported):
        return same(escaped(value.type_name))
    return _KINDS.get(type(value)) or same(type(value).__name__)


def returned_kind(type_name: str) -> Said:
    """The same for the type name that a recorded call carries."""
    return _RETURNED.get(type_name) or same(escaped(type_name))


def dtype_name(dtype: torch.dtype) -> str:
    """Such as "float32"."""
    return str(dtype).removeprefix("torch.")


def number(value: complex, digits: int = 6) -> str:
    """A number as short as `digits` significant digits allow; whole ones whole."""
    if type(value) is complex:
        sign = "" if str(value.imag).startswith("-") else "+"
        return f"{number(value.real, digits)}{sign}{number(value.imag, digits)}j"
    if type(value) is int and value.bit_length() > _LONGEST_INT_BITS:
        return say("an int of {bits:,} bits", bits=value.bit_length())
    return f"{value:.{digits}g}" if type(value) is float else str(value)


def two_numbers(expected: complex, got: complex) -> tuple[str, str]:
    """Two unequal numbers with as many digits as it takes to tell them apart."""
    for digits in (6, 9, 17):
        texts = number(expected, digits), number(got, digits)
        if texts[0] != texts[1]:
            break
    return texts


def position(index: Sequence[int]) -> str:
    """An index as one writes it: `[2, 0]`; empty for the only element of a 0-D tensor."""
    return f"[{', '.join(map(str, index))}]" if index else ""


def shape_of(tensor: torch.Tensor) -> str:
    """A shape as one writes it: `(4,)`."""
    return str(tuple(tensor.shape))


def value_text(value: Value) -> Said:
    """A value on one line: small ones whole, large ones by type, shape and range."""
    match value:
        case TensorValue(tensor=tensor) | ArrayValue(tensor=tensor):
            return tensor_text(tensor)
        case Unsupported(type_name):
            return same(escaped(type_name))
        case DeviceValue(label):
            return same(escaped(label))
        case str():
            return same(f"'{escaped(value)}'")
        case bool() | int() | float() | complex():
            return NOTHING + number(value)
        case torch.Size():
            return same(str(tuple(value)))
        case tuple() | list():
            parts = [value_text(part) for part in value[:_SHOWN_ITEMS]]
            parts += [same("…")] * (len(value) > _SHOWN_ITEMS)
            inside = joined(", ", parts)
            if isinstance(value, list):
                return "[" + inside + "]"
            return "(" + inside + (",)" if len(value) == 1 else ")")
        case dict():
            shown = list(value.items())[:_SHOWN_ITEMS]
            parts = [value_text(key) + ": " + value_text(part) for key, part in shown]
            parts += [same("…")] * (len(value) > _SHOWN_ITEMS)
            return "{" + joined(", ", parts) + "}"
    return same(escaped(str(value)))


def tensor_text(tensor: torch.Tensor) -> Said:
    """A small tensor's numbers; of a large one shape, dtype and range."""
    if tensor.numel() <= _SMALL:
        whole = _nested(tensor)
        if len(whole) <= 4 * _ROW:
            if tensor.numel():
                return same(whole)
            return say("{what} of shape {shape}", what=whole, shape=shape_of(tensor))
    dtype, shape = dtype_name(tensor.dtype), shape_of(tensor)
    return say("{what} of shape {shape}", what=dtype, shape=shape) + _range(tensor)


def neighbourhood(
    expected: torch.Tensor, got: torch.Tensor, index: Sequence[int]
) -> tuple[tuple[Said, str], ...]:
    """The numbers around an element, along its last axis that has several: expected and got.

    Args:
        expected: any tensor.
        got: one of the same shape.
        index: of the element.

    Returns:
        A name such as "expected[2, 3:8]" and the numbers, twice; nothing for a tensor of one.
    """
    axes = [axis for axis, size in enumerate(expected.shape) if size > 1]
    if not axes:
        return ()
    axis = axes[-1]
    size = expected.shape[axis]
    first = max(0, min(index[axis] - _AROUND, size - 2 * _AROUND - 1))
    last = min(size, first + 2 * _AROUND + 1)
    place: list[int | slice] = list(index)
    place[axis] = slice(first, last)
    steps = [str(each) for each in index]
    steps[axis] = f"{first}:{last}" if last - first < size else ":"
    where = "" if steps == [":"] else f"[{', '.join(steps)}]"
    return tuple(
        (name + where, _nested(tensor[tuple(place)]))
        for name, tensor in ((say("expected"), expected), (say("got"), got))
    )


def inputs_text(call: Called, index: Sequence[int] = (), size: int = -1) -> Said:
    """The arguments of a recorded call, one on each line.

    Args:
        call: a call of the judge's own run.
        index: where the result is wrong; of large arguments that have a slice for it, it is shown.
        size: length of the result's first axis, which such arguments share.
    """
    return joined(
        "\n",
        (
            f"  {name} = " + _input(name, value, index, size)
            for name, value in call.inputs.items()
            if not isinstance(value, Unsupported)  # modules, functions: there is nothing to show
        ),
    )


def exception_text(raised: Raised, source: str) -> Said:
    """An exception of the submission with its own lines, innermost first, and what to do."""
    name = raised.type_name.rsplit(".", 1)[-1]
    message = escaped(" ".join(raised.message.split()))
    text = same(f"{escaped(name)}: {message}" if message else escaped(name))
    if raised.lines:
        line = raised.lines[-1][0]
        text += say(", in {place}", place=place(source, line)) + _line_text(source, line)
        callers = raised.lines[-2 : -2 - _FRAMES : -1]
        if callers:
            steps = (place(source, at) + f" ({escaped(caller)})" for at, caller in callers)
            called = joined(", ", dict.fromkeys(steps))
            text += "\n" + say("  called from {steps}", steps=called)
    hint = exception_hint(raised)
    return text + "\n" + hint if hint else text


def exception_hint(raised: Raised) -> Said:
    """What to do about exceptions that have one common cause here; else empty."""
    message = raised.message.lower()
    if raised.type_name in _HINTS:
        return _HINTS[raised.type_name]
    if raised.errno == errno.EPERM:
        return say("Processes, signals and the network are out of reach here.")
    if raised.errno in (errno.EACCES, errno.EROFS):
        return say("Files are out of reach here: use the arguments, and return the result.")
    if any(words in message for words in _NO_GPU):
        return say(
            'There is no such GPU here: do not write "cuda" into the code, use the device of '
            "the inputs (x.device) or the one that is passed in."
        )
    return NOTHING


def source_line(source: str, line: int) -> str:
    """One line of the submission, stripped and escaped; empty when there is no such line."""
    lines = source.split("\n")  # as Python counts them: a form feed ends none
    return escaped(lines[line - 1].strip(), _ROW) if 0 < line <= len(lines) else ""


def _line_text(source: str, line: int) -> Said:
    text = source_line(source, line)
    return COLON + f"`{text}`" if text else NOTHING


def is_learners(raised: Raised) -> bool:
    """Whether an exception came out of the submission's own lines."""
    return raised.origin is Origin.LEARNER


def _input(name: str, value: Value, index: Sequence[int], size: int) -> Said:
    text = value_text(value)
    if not isinstance(value, TensorValue | ArrayValue):
        return text
    tensor = value.tensor
    if tensor.numel() <= _SMALL:
        rows = same(_rows(tensor, " " * len(f"  {name} = [")))
        return rows if len(text) > _ROW else text
    if index and tensor.dim() and tensor.shape[0] == size and tensor[index[0]].numel() <= _SMALL:
        text += f"; {name}[{index[0]}] = {_nested(tensor[index[0]])}"
    return text


def _nested(tensor: torch.Tensor) -> str:
    if tensor.dim() == 0:
        return number(tensor.item(), _DIGITS)
    return f"[{', '.join(_nested(part) for part in tensor)}]"


def _rows(tensor: torch.Tensor, indent: str) -> str:
    """The slices of the first axis below each other, as long as they are few."""
    if tensor.dim() < 2 or tensor.shape[0] > _ROWS:
        return _nested(tensor)
    return f"[{f',{chr(10)}{indent}'.join(_nested(part) for part in tensor)}]"


def _range(tensor: torch.Tensor) -> Said:
    """Least and greatest number, not counting NaN; empty where there is no order."""
    if not tensor.numel() or tensor.dtype.is_complex or tensor.dtype is torch.bool:
        return NOTHING
    numbers = tensor.double()
    numbers = numbers[~numbers.isnan()]
    if not numbers.numel():
        return say(", all NaN")
    low, high = number(numbers.min().item()), number(numbers.max().item())
    return say(", from {low} to {high}", low=low, high=high)
