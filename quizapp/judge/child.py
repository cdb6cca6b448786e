"""What a forked child does: shut itself in, wait, run a submission, say what came of it, end.

Owns the child's side of the conversation. It decides nothing: it sends values, and the server
compares them. A submission shares this process and may break anything in it; what it can reach
with that is a wrong or missing answer of its own.

Messages to the server, each one frame (`frames`):
    {"say": "loading"}                              the file is about to be run
    {"say": "syntax", "message", "line", "column", "text"}
    {"say": "raised", "item"}                       it raised while it was loaded; see `running`
    {"say": "loaded", "defined": [names], "called": [names of its own functions and classes]}
    {"say": "may_run", "check"}                     answered with {"run"}; of checks that need one
    {"say": "begin", "check"}
    {"say": "item", "item"}
    {"say": "end", "check", "marked"}               whether its globals hold what they did at first
    {"say": "value", "value"}                       of a snippet's expression
    {"say": "done"}
    {"say": "internal", "message"}                  our own fault, before the submission had a say
"""

from __future__ import annotations

import faulthandler
import fcntl
import functools
import json
import linecache
import marshal
import os
import random
import resource
import signal
import socket
import struct
import sys
import types
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any, NoReturn, TextIO, cast

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from quizapp.domain.exercises import Limits
from quizapp.judge import (
    accelerator,
    accusations,
    checks,
    frames,
    isolation,
    leftovers,
    linux,
    loading,
    program,
    removal,
    running,
    surroundings,
    trace,
    values,
    watching,
)

_DATA, _DUMP, _CONTROL = 3, 4, 5
_FIRST_FREE = 6
_HEADER = struct.Struct("<I")
_INTERNAL_STATUS = 70
_LONGEST_WORDS = 4096
SUBMISSION = "submission"
_FORGOTTEN: list[types.ModuleType] = []
Message = dict[str, Any]


_TRIAL = '''
import torch
from quizapp.judge.checks import check, count_ops, gradients

@check()
def trial(double, rng):
    """everything that a check can do"""
    x = torch.rand(3, generator=rng).requires_grad_()
    y = double(x)
    yield y
    yield gradients(y, x=x)
    yield count_ops(double, x, at_most=9)
'''


def warm() -> None:
    """Judge something small, so that no child imports or prepares anything for the first time."""
    recorder = running.Recorder("")
    (trial,) = running.load_checks(_TRIAL, "trial")
    for item in running.run_check(trial, {"double": lambda x: 2 * x}, seed=0, recorder=recorder):
        running.decode_item(running.encode_item(item))
    _hidden_modules()


def main(shell: isolation.Shell, control: int) -> NoReturn:
    """The whole life of a child. Never returns and never lets the interpreter shut down.

    Args:
        shell: what to be shut in with.
        control: descriptor of the socket on which the zygote says when to begin: the limits, with
            the descriptors of data, output and dump; see `spares`.
    """
    status = _INTERNAL_STATUS
    try:
        fault = _shut_in(shell, control)
        limits = _begin()
        channel = _Channel(socket.socket(fileno=_DATA))
        try:
            _raise(fault)
            isolation.limit_memory(shell, limits)
            task = channel.receive()
            # Every child would else draw the same numbers; each check seeds anew (`running`).
            torch.default_generator.manual_seed(task["seed"])
            random.seed(task["seed"])
        except BaseException as error:
            channel.send("internal", message=f"{type(error).__name__}: {error}")
            raise
        _DO[task["do"]](task, channel)
        status = 0
    finally:
        _flush()
        os._exit(status)


def _shut_in(shell: isolation.Shell, control: int) -> BaseException | None:
    """All that can be done before the task is known; what went wrong, to be told with the task."""
    try:
        _settle(control)
        if sys.platform == "linux":
            linux.die_with_parent(signal.SIGKILL)
        isolation.confine(shell)
        _forget_quizapp()
    except BaseException as error:
        return error
    return None


def _raise(fault: BaseException | None) -> None:
    if fault is not None:
        raise fault


def _begin() -> Limits:
    """Wait for the zygote's word, and take the channels over that come with it."""
    with socket.socket(fileno=_CONTROL) as control:
        words, descriptors, _, _ = socket.recv_fds(control, _LONGEST_WORDS, 3)
    if not words:
        os._exit(0)  # nobody needs it
    data, output, dump = descriptors
    os.dup2(data, _DATA, inheritable=False)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(dump, _DUMP, inheritable=False)
    for descriptor in descriptors:
        os.close(descriptor)
    return Limits(**json.loads(words))


def _flush() -> None:
    """Before the server hears enough: it ends the child at once, with what is buffered."""
    with suppress(BaseException):
        sys.stdout.flush()


class _Channel:
    """The way to the server. Keeps what it needs, out of reach of a submission's patches."""

    def __init__(self, data: socket.socket) -> None:
        self._data = data
        self._encode = frames.encode

    def receive(self) -> Message:
        """The task, or an answer: one frame."""
        (size,) = _HEADER.unpack(self._exactly(_HEADER.size))
        message: Message = frames.decode(self._exactly(size), max_bytes=size)
        return message

    def _exactly(self, size: int) -> bytearray:
        body = bytearray(size)
        if self._data.recv_into(body, size, socket.MSG_WAITALL) != size:
            raise ConnectionError("the server hung up")
        return body

    def send(self, say: str, **more: object) -> None:
        """One frame."""
        body = self._encode({"say": say, **more})
        self._data.sendall(_HEADER.pack(len(body)) + body)


def _settle(control: int) -> None:
    """Keep places for the channels to come, and close everything else."""
    os.setsid()
    os.dup2(fcntl.fcntl(control, fcntl.F_DUPFD, _FIRST_FREE), _CONTROL, inheritable=False)
    nothing = os.open(os.devnull, os.O_RDWR)
    for place in (0, 1, 2, _DATA, _DUMP):
        os.dup2(nothing, place, inheritable=place < _DATA)
    os.closerange(_FIRST_FREE, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    sys.stdin = _open_stream(0, "r")
    sys.stdout = _open_stream(1, "w")
    sys.stderr = _open_stream(2, "w")
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc, assignment]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    faulthandler.enable(file=_DUMP)
    faulthandler.register(signal.SIGUSR1, file=_DUMP, all_threads=True)


def _open_stream(descriptor: int, mode: str) -> TextIO:
    """A standard stream; what cannot be written as UTF-8 is escaped, never an error."""
    stream = open(  # noqa: SIM115 - for the life of the process
        descriptor, mode, buffering=1, closefd=False, encoding="utf-8", errors="backslashreplace"
    )
    return cast("TextIO", stream)


@functools.cache
def _hidden_modules() -> tuple[str, ...]:
    """What of quizapp is loaded and no business of a submission's.

    Found before the fork: going through all modules writes their reference counts, which would cost
    each child copies of a thousand pages.
    """
    ours = {name for name in sys.modules if name.split(".")[0] == "quizapp"}
    return tuple(ours.difference(checks.SANDBOX_MODULES))


def _forget_quizapp() -> None:
    """Leave of quizapp only what checks import; the rest is not on any path either."""
    # Kept alive, out of sight: taking modules apart would cost 10 ms.
    _FORGOTTEN.extend(sys.modules.pop(name) for name in _hidden_modules())
    for name in ("quizapp", "quizapp.judge"):
        package = types.ModuleType(name)
        package.__path__ = []
        sys.modules[name] = package
    sys.path[:] = [path for path in sys.path if path.startswith((sys.prefix, sys.base_prefix))]
    sys.meta_path[:] = [finder for finder in sys.meta_path if isinstance(finder, type)]
    sys.argv[:] = [f"{SUBMISSION}.py"]
    sys.orig_argv[:] = sys.argv


def _judge(task: Message, channel: _Channel) -> None:
    """Load the submission, then run the checks that the task names, in order."""
    task |= frames.decode(task["exercise"], max_bytes=len(task["exercise"]))
    # Compiled by the server, once; marshal is safe here, since the server is who we trust.
    its_checks = running.load_checks(marshal.loads(task["checks"]), running.CHECKS_NAME)
    with ExitStack() as entered:
        device = _enter_device(task, entered)
        found = _watch(task, entered) if task["forbidden"] else None
        around = surroundings.Surroundings()
        channel.send("loading")
        namespace = _load(task, found, channel)
        if namespace is None:
            return
        called = [name for name, value in namespace.items() if _is_its_own(value)]
        channel.send("loaded", defined=list(namespace), called=called)
        names = {name: namespace[name] for name in task["entry_points"] if name in namespace}
        names |= {"device": device, "data": _tensors(task["data"])}
        around.settle()
        held = leftovers.Leftovers(namespace, SUBMISSION)
        _run_checks(
            [check for check in its_checks if check.id in task["run"]],
            _Loaded(names, task, found, around, held),
            channel,
        )
    _flush()
    channel.send("done")


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A loaded submission and what its checks find around it."""

    names: dict[str, object]
    task: Message
    found: accusations.Accusations | None
    around: surroundings.Surroundings
    held: leftovers.Leftovers


def _run_checks(its_checks: list[checks.Check], loaded: _Loaded, channel: _Channel) -> None:
    """Run checks one after the other, each as if it were the first as far as can be had."""
    task, soiled = loaded.task, False
    for check in its_checks:
        if check.id in task["asks"]:
            channel.send("may_run", check=check.id)
            if not channel.receive()["run"]:
                continue
        channel.send("begin", check=check.id)
        recorder = running.Recorder(task["filename"], accusations=loaded.found)
        for item in running.run_check(
            check, loaded.names, seed=task["seed"], recorder=recorder, anew=soiled
        ):
            channel.send("item", item=running.encode_item(item))
        # In this order: what cannot be put back counts as a mark, too.
        marked = not loaded.around.restore() or loaded.held.have_changed()
        channel.send("end", check=check.id, marked=marked)
        soiled = soiled or recorder.saw_change


def _watch(task: Message, entered: ExitStack) -> accusations.Accusations:
    """Hold the submission to what its task forbids; what is gone costs nothing."""
    found = accusations.Accusations(task["filename"])
    gone = {word for word in task["without"] if removal.takes_out(word)}
    there = [word for word in task["forbidden"] if word not in gone]
    op_trace = trace.OpTrace(forbidden=there, accusations=found) if there else None
    if op_trace is not None:
        entered.enter_context(op_trace)
    watching.watch(found, task["forbidden"], op_trace)
    return found


def _enter_device(task: Message, entered: ExitStack) -> torch.device:
    if not task["accelerator"]:
        return torch.device("cpu")
    chosen = accelerator.choose_accelerator()
    entered.enter_context(chosen)
    return chosen.device()


def _tensors(data: dict[str, dict[str, values.TensorValue]]) -> dict[str, dict[str, torch.Tensor]]:
    return {
        name: {key: value.tensor for key, value in arrays.items()} for name, arrays in data.items()
    }


def _is_its_own(value: object) -> bool:
    """Whether a value is a function or class that the submission wrote."""
    try:
        return callable(value) and getattr(value, "__module__", None) == SUBMISSION
    except BaseException:  # what it takes to ask is the submission's, too
        return False


def _load(
    task: Message, found: accusations.Accusations | None, channel: _Channel
) -> dict[str, Any] | None:
    """Run the submission as a module of its own; None when that did not go well."""
    source: str = task["source"]
    filename: str = task["filename"]
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    module = types.ModuleType(SUBMISSION)
    module.__file__ = filename
    sys.modules[SUBMISSION] = module  # dataclasses and type hints look their module up
    at_first = dict(module.__dict__)
    fault = loading.run_file(source, filename, task["entry_points"], module.__dict__)
    while isinstance(fault, running.Raised) and not filename.endswith(".ipynb"):
        rest = watching.without_tests(source, fault, found)
        if rest is None:
            break
        source = rest
        module.__dict__.clear()
        module.__dict__.update(at_first)
        fault = loading.run_file(source, filename, task["entry_points"], module.__dict__)
    if fault is None:
        return module.__dict__
    _flush()
    if isinstance(fault, running.Raised):
        channel.send("raised", item=running.encode_item(fault))
    else:
        channel.send("syntax", **_fields(fault))
    return None


def _fields(fault: loading.NoPython) -> Message:
    """What the message `syntax` says."""
    return {
        "message": fault.message,
        "line": fault.line,
        "column": fault.column,
        "text": fault.text,
    }


def _run_snippet(task: Message, channel: _Channel) -> None:
    """Run course code, then evaluate one expression in its namespace."""
    filename = "snippet"
    namespace: dict[str, Any] = {"torch": torch, "np": np, "nn": nn, "F": F, **task["given"]}
    namespace["__name__"] = SUBMISSION
    source: str = task["code"]
    expression: str = task["expression"].strip()
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    channel.send("loading")
    try:
        exec(compile(source, filename, "exec", dont_inherit=True), namespace)
        if expression:
            filename = "answer"
            value = eval(compile(expression, filename, "eval", dont_inherit=True), namespace)
            channel.send("value", value=value)
    except SyntaxError as error:
        channel.send("syntax", **_fields(loading.no_python(error)))
    except BaseException as error:
        raised = running.raised(error, filename)
        _flush()
        channel.send("raised", item=running.encode_item(raised))
    _flush()
    channel.send("done")


def _replay(task: Message, channel: _Channel) -> None:
    """Run recorded calls again; no code of a submission is in this process."""
    channel.send("loading")
    answers = []
    for call in task["calls"]:
        answer: Message = {"problem": "", "tensors": [], "costs": ()}
        counted = trace.OpTrace(memory=True)
        try:
            with torch.no_grad(), counted:
                answer["tensors"] = program.replay(call["program"], call["arguments"])
        except program.ProgramError as error:
            answer["problem"] = error.sent()
        peak = counted.live.peak if counted.live is not None else 0
        answer["costs"] = (counted.multiplications, counted.flops, peak)
        answers.append(answer)
    channel.send("value", value=answers)
    channel.send("done")


_DO: dict[str, Callable[[Message, _Channel], None]] = {
    "judge": _judge,
    "snippet": _run_snippet,
    "replay": _replay,
}
