"""Running a check, the same way on both sides. Owns arguments, seeds and the order of items.

In the sandbox each item goes out as soon as it is made; in the judge `expected_stream` keeps them,
with the inputs of each call for feedback. Leaves what items are to `items`, what is noted of a call
to `recording`, what items mean to `compare`.
"""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import CodeType, ModuleType, TracebackType
from typing import Any

import numpy as np
import torch

from quizapp.errors import CourseError
from quizapp.judge import backward, frames
from quizapp.judge.checks import Check
from quizapp.judge.counting import arguments_kept
from quizapp.judge.items import (
    MAX_LINES,
    MAX_MESSAGE,
    Argument,
    Called,
    Finished,
    Item,
    Origin,
    Oversized,
    Raised,
    Yielded,
    copied,
    decode_item,
    encode_item,
)
from quizapp.judge.recording import MisfitError, Recorder

__all__ = [
    "Argument",
    "Called",
    "Finished",
    "Item",
    "Origin",
    "Oversized",
    "Raised",
    "Recorder",
    "Yielded",
    "decode_item",
    "encode_item",
]

CHECKS_NAME = "<checks>"
"""What `checks.py` is compiled as in the sandbox: no submission has a file of that name."""
RESERVED = frozenset({"load"})
_traceback_of: Any = BaseException.__dict__["__traceback__"].__get__


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
        names: what the check may ask for by parameter name, besides `rng`; calls of what can be
            called are recorded.
        seed: with the check's id decides all draws, the same on both sides.
        recorder: takes down the calls; a new one for each check.
        anew: whether the check gets constants of its own, because an earlier one may have changed
            those of the module; costs about a millisecond.
    """
    try:
        yield from _items(check, names, seed, recorder, anew)
    finally:
        recorder.release()


def _items(
    check: Check, names: Mapping[str, object], seed: int, recorder: Recorder, anew: bool
) -> Iterator[Item]:
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
    backward.reseed(_derive(seed, check.id, "cotangent"))
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
    if isinstance(value, type):
        recorder.watch(name, value)
        return value
    if callable(value):
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
    with _expecting, arguments_kept():
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
            items.append(copied(item))
        return tuple(items)


def raised(error: BaseException, filename: str) -> Raised:
    """An exception as an item, with nothing of it but text and numbers."""
    if type(error) is MisfitError:
        return Raised(Origin.CALL, "TypeError", error.args[0])
    cause = BaseException.__dict__["__cause__"].__get__(error)
    if type(error) is RuntimeError and type(cause) is StopIteration:
        error = cause  # raised inside the check's generator, which Python turns into that
    traceback = _traceback_of(error)
    lines = _learner_lines(traceback, filename)
    try:
        message = str.__getitem__(str(error), slice(0, MAX_MESSAGE))
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
    if len(lines) > MAX_LINES:
        lines = lines[: MAX_LINES // 2] + lines[-MAX_LINES // 2 :]
    return tuple(lines)


def _line_of(traceback: TracebackType | None, filename: str) -> int:
    lines = _learner_lines(traceback, filename)
    return lines[-1][0] if lines else 0
