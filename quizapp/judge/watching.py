"""Holding a submission to `forbidden:`, in the sandbox. Owns the order in which its parts go in.

Ops are watched by a trace and taken out of torch (`removal`); functions of NumPy that fall under
the same words, and imports, are watched at their names. It is by what the submission runs: the word
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
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import FrameType, ModuleType
from typing import Any

import numpy as np

from quizapp.judge import removal
from quizapp.judge.groups import Group, falls_under, rule_of
from quizapp.judge.items import Raised
from quizapp.judge.trace import OpTrace

_get_frame = sys._getframe
_WAKE = signal.SIGUSR2
_REFUSED = removal.REFUSED
_KEPT = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def watch(trace: OpTrace, words: Sequence[str]) -> None:
    """Hold what runs from here on to what a task forbids, before the submission is loaded.

    The process is not fit for anything else afterwards: most of this cannot be undone, so that the
    submission cannot undo it either.

    Args:
        trace: an entered trace of these words.
        words: `forbidden:` of the exercise.
    """
    trace.begin_loading()
    _follow_raw_threads(trace)
    rules = {word: rule_of(word) for word in words}
    _watch_numpy(rules, trace)
    _watch_imports(rules, trace)
    removal.tell(_reporter(trace))


def without_tests(source: str, raised: Raised, trace: OpTrace | None) -> str | None:
    """A file without the statement that ran something forbidden while the file was loaded.

    Comparing one's own function with torch's is good practice; since torch's is gone, that fails,
    and the file is worth judging without it. Definitions and imports are never left out.

    Args:
        source: the file.
        raised: what ended its loading.
        trace: what watched it.

    Returns:
        The file with that statement as empty lines; None when this is not why it failed.
    """
    if trace is None or not raised.lines or not (trace.forbidden or raised.type_name == _REFUSED):
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


def _reporter(trace: OpTrace) -> Callable[[str, str], None]:
    """What is told of a refused op.

    In a thread, the refusal ends the thread, and the main one may wait for its answer for ever: it
    gets the exception as well.
    """
    refused: list[str] = []

    def end_waiting(_number: int, _frame: FrameType | None) -> None:
        raise removal.ForbiddenOpError(refused[-1] if refused else "")

    signal.signal(_WAKE, end_waiting)

    def report(op: str, word: str) -> None:
        if trace.accuse(op, word) and threading.get_ident() != threading.main_thread().ident:
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


def _watch_numpy(rules: Mapping[str, Group], trace: OpTrace) -> None:
    """Put a watch over public functions of NumPy; NumPy's own use of them goes on as it was."""
    for place in (np, np.linalg):
        prefix = place.__name__.removeprefix("numpy").lstrip(".")
        for name in place.__all__:
            function = vars(place).get(name)  # getattr would import what waits to be asked for
            dotted = f"{prefix}.{name}" if prefix else name
            word = next((w for w, rule in rules.items() if falls_under(dotted, rule.numpy)), "")
            if word and callable(function) and not isinstance(function, type):
                setattr(place, name, _watched(function, f"numpy.{dotted}", word, trace))


def _watched(
    function: Callable[..., object], name: str, word: str, trace: OpTrace
) -> Callable[..., object]:
    def call(*args: object, **kwargs: object) -> object:
        if trace.accuse(name, word):
            raise removal.ForbiddenOpError(f"{name}{removal.REFUSED_WORDS}{word}")
        return function(*args, **kwargs)

    call.__name__ = call.__qualname__ = name.rpartition(".")[2]
    call.__doc__ = function.__doc__
    return call


def _watch_imports(rules: Mapping[str, Group], trace: OpTrace) -> None:
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
                    trace.accuse(f"import {name}", word, stands=True)
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
