"""Taking forbidden ops out of torch for good. Owns which kernels go, and how.

A mode that watches ops can be switched off by the code that it watches; a kernel that is not there
cannot be run. In the judge, `plan` lists the kernels of a task's forbidden ops; in the sandbox, a
fresh fork, `take_out` lays one that refuses over each of them, before the submission is loaded.
The dispatcher finds kernels below all modes and thread states. What is left of torch's own is
shadowed, and nothing in the process holds the handle that could uncover it: not the submission, and
not this package either.

What is not held: a kernel that C++ code calls without the dispatcher, and native code (`ctypes`).
Leaves to `trace` what is to be told about an op that ran.
"""

from __future__ import annotations

import ctypes
import functools
import re
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final, NoReturn

import torch

from quizapp.judge.groups import Group, falls_under, rule_of

Kernel = tuple[str, str, str]
"""Op with its namespace and overload, dispatch key, word in `forbidden:`."""
Report = Callable[[str, str], object]

_REGISTERED: Final = re.compile(r"^(\w+)(?:\[alias\])?: registered at", re.MULTILINE)
_IMPLICIT: Final = "CompositeImplicitAutograd"
_COMPOSITE: Final = frozenset(
    {_IMPLICIT, "CompositeExplicitAutograd", "CompositeExplicitAutogradNonFunctional"}
)
_BACKENDS: Final = ("", "Sparse", "SparseCsr", "Quantized", "Mkldnn", "NestedTensor")
_ELSEWHERE: Final = ("cudnn_", "_cudnn_", "miopen_", "mps_", "_mps_")
_all_ops: Any = torch._C._dispatch_get_all_op_names
_dump: Any = torch._C._dispatch_dump
_library: Any = torch._C._dispatch_library


REFUSED: Final = f"{__name__}.ForbiddenOpError"
"""What the exception of a refused op is called in a `Raised` item."""
REFUSED_WORDS: Final = " is not there in this task: it is to be solved without "


class ForbiddenOpError(RuntimeError):
    """A forbidden op was called."""


@functools.lru_cache(maxsize=64)
def plan(words: tuple[str, ...]) -> tuple[Kernel, ...]:
    """The kernels to take out for some words of `forbidden:`. Costs about 20 ms a word.

    Those that only call other forbidden ops stay (the ops they call are gone), and so do those of
    devices that this machine does not have: each one that goes costs 50 µs in the sandbox.
    """
    rules = [(word, rule_of(word)) for word in words]
    has_cuda = torch.version.cuda is not None
    kinds = ("CPU", "CUDA") if has_cuda else ("CPU",)
    keys = _COMPOSITE | {f"{prefix}{kind}" for prefix in _BACKENDS for kind in kinds}
    keys |= {"MkldnnCPU"}
    found: list[Kernel] = []
    for op in _all_ops():
        name = op.partition("::")[2].partition(".")[0]
        if name.startswith(_ELSEWHERE) and not has_cuda:
            continue
        for word, rule in rules:
            if falls_under(name, rule.ops):
                found += [(op, key, word) for key in _keys_of(op, name, rule, keys)]
                break
    return tuple(found)


def _keys_of(op: str, name: str, rule: Group, keys: frozenset[str]) -> list[str]:
    """The dispatch keys of an op's kernels that compute something of their own."""
    return [
        key
        for key in _REGISTERED.findall(_dump(op))
        if key in keys and (key != _IMPLICIT or falls_under(name, rule.composites))
    ]


def take_out(kernels: Sequence[Kernel], report: Report) -> None:
    """Lay a kernel that refuses over each of `kernels`, for the rest of the process's life.

    Args:
        kernels: from `plan`.
        report: is told op and word of each call; whatever it does, the call is refused.
    """
    libraries: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch says once that a kernel is overridden
        for op, key, word in kernels:
            namespace, _, name = op.partition("::")
            if namespace not in libraries:
                libraries[namespace] = _library("IMPL", namespace, "")
            libraries[namespace].impl(name, key, _refusal(op, word, report), False)
    for library in libraries.values():
        # Never freed, and after this nobody's: deleting a library uncovers what it overrides.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))


def _refusal(op: str, word: str, report: Report) -> Callable[..., NoReturn]:
    name = op.replace("::", ".").removesuffix(".default")

    def refuse(*_args: object, **_kwargs: object) -> NoReturn:
        try:
            report(name, word)
        finally:
            raise ForbiddenOpError(f"{name}{REFUSED_WORDS}{word}")

    return refuse
