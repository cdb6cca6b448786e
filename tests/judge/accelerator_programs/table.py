"""One program, its outcome on a device, and what is to be said about it. Owns no program."""

from __future__ import annotations

import copy
import random
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from quizapp.judge.accelerator import RealAccelerator, SimulatedAccelerator, is_simulated, unwrap

CPU = torch.device("cpu")
NOTHING = object()
_LONGEST = 150


@dataclass(frozen=True)
class Program:
    """What to run, and what is to come of it.

    Attributes:
        key: section and name; stands for it in files, so it stays.
        name: of its function.
        section: heading in the table.
        idiom: what it shows, in Markdown.
        run: takes the device, gives any value of tensors, numbers, text and containers.
        raises: name of the type of exception that it ends with; empty when with a value.
        words: essential words of the message, the same on a real device.
        refused: whether only the simulation raises, to say that it has no such thing.
        equals: the value, where the CPU cannot say it; `NOTHING` when the CPU does.
        on: where the tensors of the value are; empty when anywhere.
        documented: what PyTorch's documentation or source says of a real device; begins with
            "same" when that is what is simulated, empty when nothing is known.
        tolerance: relative and absolute, against the CPU; 0 means the very same bits.
    """

    key: str
    name: str
    section: str
    idiom: str
    run: Callable[[torch.device], Any]
    raises: str = ""
    words: str = ""
    refused: bool = False
    equals: Any = NOTHING
    on: str = "cuda:0"
    documented: str = "same"
    tolerance: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """What came of a program: a value, or an exception."""

    value: Any = None
    error: BaseException | None = None

    @property
    def text(self) -> str:
        """The outcome in one short line."""
        if self.error is None:
            return _short(describe(self.value))
        first = str(self.error).splitlines()[0] if str(self.error) else ""
        return _short(f"{type(self.error).__name__}: {first}")


class Section:
    """Collects the programs of one heading."""

    def __init__(self, heading: str, prefix: str) -> None:
        self.heading = heading
        self.prefix = prefix
        self.programs: list[Program] = []

    def program(self, idiom: str, **more: Any) -> Callable[[Callable], Callable]:
        """Take a function as a program; `more` are the fields of `Program`."""

        def take(function: Callable) -> Callable:
            name = function.__name__
            key = f"{self.prefix}-{name}"
            self.programs.append(Program(key, name, self.heading, idiom, function, **more))
            return function

        return take


def run_on_cpu(program: Program) -> Outcome:
    """On the plain CPU."""
    return _run(program, CPU)


def run_on_simulated(program: Program) -> Outcome:
    """On the simulated accelerator; once in a process, for the tests and the table both."""
    if program.key not in _simulated:
        with SimulatedAccelerator() as accelerator:
            _simulated[program.key] = _run(program, accelerator.device())
    return _simulated[program.key]


_simulated: dict[str, Outcome] = {}


def run_on_real(program: Program) -> Outcome:
    """On the real accelerator, which must be there."""
    with RealAccelerator() as accelerator:
        return _run(program, accelerator.device())


def _run(program: Program, device: torch.device) -> Outcome:
    torch.manual_seed(11)
    random.seed(11)
    np.random.seed(11)
    default = torch.get_default_dtype()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of deprecated names that the notes still use
            return Outcome(_kept(program.run(device)))
    except Exception as error:
        return Outcome(error=error)
    finally:
        torch.set_default_device(None)
        torch.set_default_dtype(default)


def _kept(value: Any) -> Any:
    """A value with copies of its tensors, which later changes do not reach."""
    if isinstance(value, torch.Tensor):
        return Placed(str(value.device), _numbers(value))
    if isinstance(value, dict):
        return {key: _kept(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_kept(part) for part in value]
    return copy.copy(value)


@dataclass(frozen=True)
class Placed:
    """A tensor that was on a device: its label, and its numbers on the CPU."""

    device: str
    numbers: torch.Tensor


def _numbers(tensor: torch.Tensor) -> torch.Tensor:
    plain = unwrap(tensor) if is_simulated(tensor) else tensor
    return plain.detach().cpu().clone()


def describe(value: Any) -> str:
    """A value in one line: for tensors where, what, and the numbers when few."""
    if isinstance(value, Placed):
        numbers = value.numbers
        kind = f"{str(numbers.dtype).removeprefix('torch.')} {tuple(numbers.shape)}"
        return f"{kind} on {value.device}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {describe(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return ", ".join(describe(part) for part in value)
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def is_as_expected(program: Program, found: Outcome, *, simulated: bool) -> str:
    """What is wrong with an outcome on a device; empty when nothing is."""
    if not simulated and program.documented.partition(" ")[0] != "same":
        return ""  # the simulation is known to be otherwise
    if program.refused:
        if type(found.error).__name__ != "UnsupportedError":
            return f"expected to be refused, got {found.text}"
    elif program.raises:
        if type(found.error).__name__ != program.raises:
            return f"expected {program.raises}, got {found.text}"
    elif found.error is not None:
        return f"raised {found.text}"
    if found.error is not None:
        wanted = program.words in str(found.error)
        return "" if wanted else f"expected the words {program.words!r}, got {found.text}"
    if program.equals is not NOTHING:
        same = describe(_kept(program.equals)) == describe(found.value)
        return "" if same else f"expected {program.equals!r}, got {found.text}"
    tolerance = program.tolerance if simulated else max(program.tolerance, 1e-3)
    return differences(run_on_cpu(program).value, found.value, program.on, tolerance)


def differences(expected: Any, found: Any, on: str, tolerance: float) -> str:
    """How a value on a device differs from the CPU's; empty when as it should be."""
    if isinstance(expected, Placed) and isinstance(found, Placed):
        if on and found.device != on:
            return f"a tensor is on {found.device}, not on {on}"
        try:
            torch.testing.assert_close(
                found.numbers, expected.numbers, rtol=tolerance, atol=tolerance, equal_nan=True
            )
        except AssertionError as error:
            return str(error)
        return ""
    if type(expected) is not type(found):
        return f"{type(found).__name__} for {type(expected).__name__}"
    if isinstance(expected, dict):
        if list(expected) != list(found):
            return f"keys {list(found)} for {list(expected)}"
        expected, found = list(expected.values()), list(found.values())
    if isinstance(expected, list):
        if len(expected) != len(found):
            return f"{len(found)} parts for {len(expected)}"
        parts = (differences(a, b, on, tolerance) for a, b in zip(expected, found, strict=True))
        return next((part for part in parts if part), "")
    if isinstance(expected, float) and abs(expected - found) <= tolerance * max(1, abs(expected)):
        return ""
    return "" if expected == found else f"{found!r} for {expected!r}"
