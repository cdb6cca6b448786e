"""Holding a submission to `forbidden:`, in the sandbox. Owns the order in which its parts go in.

Ops are taken out of torch (`removal`), or watched by a trace where a check itself needs them, which
makes each op ten times as slow. Functions of NumPy that fall under the same words, the ways into a
backward pass, and imports, are watched at their names. It is by what the submission runs: the word
in a comment, or what torch imports for itself, is nobody's fault.
"""

from __future__ import annotations

import _thread
import ast
import builtins
import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from types import FrameType, ModuleType
from typing import Any

import numpy as np
import torch

from quizapp.judge import removal
from quizapp.judge.accusations import Accusations
from quizapp.judge.groups import Group, falls_under, rule_of
from quizapp.judge.items import Raised
from quizapp.judge.trace import OpTrace

_get_frame = sys._getframe
_WAKE = signal.SIGUSR2
_REFUSED = removal.REFUSED
_BACKWARD: tuple[tuple[Any, str, str], ...] = (
    (torch.Tensor, "torch.Tensor", "backward"),
    (torch.autograd, "torch.autograd", "backward grad"),
    (torch.autograd.forward_ad, "torch.autograd.forward_ad", "make_dual"),
    (torch.autograd.functional, "torch.autograd.functional", "vjp jvp jacobian hessian vhp hvp"),
    (torch.func, "torch.func", "grad grad_and_value vjp jvp jacrev jacfwd hessian linearize"),
)
_KEPT = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def watch(accusations: Accusations, words: Sequence[str], trace: OpTrace | None) -> None:
    """Hold what runs from here on to what a task forbids, before the submission is loaded.

    The process is not fit for anything else afterwards: most of this cannot be undone, so that the
    submission cannot undo it either.

    Args:
        accusations: told of what is met.
        words: `forbidden:` of the exercise.
        trace: an entered trace of those words whose ops are still there.
    """
    accusations.begin_loading()
    if trace is not None:
        _follow_raw_threads(trace)
    rules = {word: rule_of(word) for word in words}
    for place, prefix, name, word in _names(rules):
        _watch_name(place, prefix, name, word, accusations)
    _watch_imports(rules, accusations)
    removal.tell(_reporter(accusations))


def without_tests(source: str, raised: Raised, accusations: Accusations | None) -> str | None:
    """A file without the statement that ran something forbidden while the file was loaded.

    Comparing one's own function with torch's is good practice; since torch's is gone, that fails,
    and the file is worth judging without it. Definitions and imports are never left out.

    Args:
        source: the file.
        raised: what ended its loading.
        accusations: what was met meanwhile.

    Returns:
        The file with that statement as empty lines; None when this is not why it failed.
    """
    if accusations is None or not raised.lines:
        return None
    if not accusations.found and raised.type_name != _REFUSED:
        return None
    line = raised.lines[0][0]
    for statement in ast.parse(source).body:
        last = statement.end_lineno or statement.lineno
        if statement.lineno <= line <= last and not isinstance(statement, _KEPT):
            lines = source.splitlines(keepends=True)
            with suppress(BaseException):  # printing may be the submission's by now
                print(f"(line {line} was left out: it ran what this task is solved without)")
            lines[statement.lineno - 1 : last] = ["\n"] * (last - statement.lineno + 1)
            return "".join(lines)
    return None


def _reporter(accusations: Accusations) -> Callable[[str, str], None]:
    """What is told of a refused op.

    In a thread, the refusal ends the thread, and the main one may wait for its answer for ever: it
    gets the exception as well.
    """
    refused: list[str] = []

    def end_waiting(_number: int, _frame: FrameType | None) -> None:
        raise removal.ForbiddenOpError(refused[-1] if refused else "")

    signal.signal(_WAKE, end_waiting)

    def report(op: str, word: str) -> None:
        if accusations.accuse(op, word) and threading.get_ident() != threading.main_thread().ident:
            refused.append(f"{op}{removal.REFUSED_WORDS}{word}")
            os.kill(os.getpid(), _WAKE)  # the kernel interrupts the main thread first

    return report


def _follow_raw_threads(trace: OpTrace) -> None:
    """Trace threads, too, that are started without `threading`."""
    start = _thread.start_new_thread

    def start_new_thread(
        function: Callable[..., object], args: tuple[Any, ...], *kwargs: dict[str, Any]
    ) -> int:
        def traced(*args: object, **kwargs: object) -> object:
            trace.enter_thread()
            return function(*args, **kwargs)

        return start(traced, args, *kwargs)

    _thread.start_new_thread = start_new_thread


def _names(rules: Mapping[str, Group]) -> Iterator[tuple[Any, str, str, str]]:
    """Where functions lie that are watched at their names: place, its name, theirs, the word."""
    for place in (np, np.linalg):
        prefix = place.__name__.removeprefix("numpy").lstrip(".")
        for name in place.__all__:
            dotted = f"{prefix}.{name}" if prefix else name
            word = next((w for w, rule in rules.items() if falls_under(dotted, rule.numpy)), "")
            if word:
                yield place, place.__name__, name, word
    backward = next((word for word, rule in rules.items() if rule.backward), "")
    if backward:
        for place, prefix, names in _BACKWARD:
            yield from ((place, prefix, name, backward) for name in names.split())


def _watch_name(place: Any, prefix: str, name: str, word: str, accusations: Accusations) -> None:  # noqa: ANN401
    """Put a watch over a public function; the library's own use of it goes on as it was."""
    function = vars(place).get(name)  # getattr would import what waits to be asked for
    if callable(function) and not isinstance(function, type):
        setattr(place, name, _watched(function, f"{prefix}.{name}", word, accusations))


def _watched(
    function: Callable[..., object], name: str, word: str, accusations: Accusations
) -> Callable[..., object]:
    def call(*args: object, **kwargs: object) -> object:
        if accusations.accuse(name, word):
            raise removal.ForbiddenOpError(f"{name}{removal.REFUSED_WORDS}{word}")
        return function(*args, **kwargs)

    call.__name__ = call.__qualname__ = name.rpartition(".")[2]
    call.__doc__ = function.__doc__
    return call


def _watch_imports(rules: Mapping[str, Group], accusations: Accusations) -> None:
    """Note the imports that the submission itself makes of forbidden modules."""
    modules = {module: word for word, rule in rules.items() for module in rule.modules}
    if not modules:
        return
    import_, import_module = builtins.__import__, importlib.import_module

    def note(names: Sequence[str], caller: FrameType) -> None:
        # A module that Python imported knows where it is from; what it imports is its own affair.
        if caller.f_globals.get("__spec__") is not None:
            return
        for name in names:
            for module, word in modules.items():
                if name == module or name.startswith(f"{module}."):
                    accusations.accuse(f"import {name}", word, stands=True)
                    return

    def guarded(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        note([name, *(f"{name}.{part}" for part in fromlist or ())], _get_frame(1))
        return import_(name, globals, locals, fromlist or (), level)

    def guarded_module(name: str, package: str | None = None) -> ModuleType:
        note([name], _get_frame(1))
        return import_module(name, package)

    builtins.__import__ = guarded
    importlib.import_module = guarded_module
