"""Taking forbidden ops out of torch for good. Owns which kernels go, and how.

A mode that watches ops can be switched off by the code that it watches; a kernel that is not there
cannot be run. `plan` lists the kernels of a task's forbidden ops; `take_out` lays one that refuses
over each of them, in a zygote of their own, which all its children inherit.
The dispatcher finds kernels below all modes and thread states. What is left of torch's own is
shadowed, and nothing in the process holds the handle that could uncover it: not the submission, and
not this package either.

Where differentiation is forbidden, the kernels go that note an op in the graph: ops compute as
ever, and nothing that they return leads back to their inputs.

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
from torch.library import fallthrough_kernel as _skip

from quizapp.judge.groups import Group, falls_under, rule_of

Kernels = tuple[tuple[str, ...], str, str]
"""Ops with namespace and overload; their dispatch key; the word they fall under."""
Report = Callable[[str, str], object]

_REGISTERED: Final = re.compile(r"^(\w+)(?:\[alias\])?: registered at", re.MULTILINE)
_AUTOGRAD: Final = "Autograd"
_IMPLICIT: Final = "CompositeImplicitAutograd"
_EXPLICIT: Final = ("CompositeExplicitAutograd", "CompositeExplicitAutogradNonFunctional")
_COMPOSITE: Final = frozenset({_IMPLICIT, *_EXPLICIT})
_BACKENDS: Final = ("", "Sparse", "SparseCsr", "Quantized", "Mkldnn", "NestedTensor")
_ELSEWHERE: Final = ("cudnn_", "_cudnn_", "miopen_", "mps_", "_mps_")
_all_ops: Any = torch._C._dispatch_get_all_op_names
_dump: Any = torch._C._dispatch_dump
_has_kernel: Any = torch._C._dispatch_has_kernel_for_dispatch_key
_library: Any = torch._C._dispatch_library
_told: list[Report] = []

REFUSED: Final = f"{__name__}.ForbiddenOpError"
"""What the exception of a refused op is called in a `Raised` item."""
REFUSED_WORDS: Final = " is not there in this task: it is to be solved without "


class ForbiddenOpError(RuntimeError):
    """A forbidden op was called."""


@functools.lru_cache(maxsize=64)
def plan(words: tuple[str, ...]) -> tuple[Kernels, ...]:
    """The kernels to take out for some words of `forbidden:`. Costs about 20 ms a word.

    Those that only call other forbidden ops stay (the ops they call are gone), and so do those of
    devices that this machine does not have: each one that goes costs 50 µs.
    """
    rules = [(word, rule_of(word)) for word in words]
    has_cuda = torch.version.cuda is not None
    kinds = ("CPU", "CUDA") if has_cuda else ("CPU",)
    keys = _COMPOSITE | {f"{prefix}{kind}" for prefix in _BACKENDS for kind in kinds}
    found: dict[tuple[str, str], list[str]] = {}
    for op in _all_ops():
        name = op.partition("::")[2].partition(".")[0]
        if name.startswith(_ELSEWHERE) and not has_cuda:
            continue
        for word, rule in rules:
            if falls_under(name, rule.ops):
                for key in _keys_of(op, name, rule, keys):
                    found.setdefault((key, word), []).append(op)
                break
    for word, rule in rules:
        if rule.backward:
            for kind in kinds:
                found[f"{_AUTOGRAD}{kind}", word] = _differentiable()
    return tuple((tuple(ops), key, word) for (key, word), ops in found.items())


def _differentiable() -> list[str]:
    """The ops with a kernel that only notes them in the graph, before another one computes them.

    Those that a backward pass consists of are left out, since nothing leads there without a graph.
    """
    return [
        op
        for op in _all_ops()
        if op.startswith("aten::")
        and not op.endswith(("out", "_backward"))
        and _has_kernel(op, _AUTOGRAD)
        and any(_has_kernel(op, key) for key in ("CPU", *_EXPLICIT))
    ]


def _keys_of(op: str, name: str, rule: Group, keys: frozenset[str]) -> list[str]:
    """The dispatch keys of an op's kernels that compute something of their own."""
    return [
        key
        for key in _REGISTERED.findall(_dump(op))
        if key in keys and (key != _IMPLICIT or falls_under(name, rule.composites))
    ]


def takes_out(word: str) -> bool:
    """Whether what a word forbids is gone once its kernels are, so that nobody has to watch ops."""
    rule = rule_of(word)
    return bool(rule.ops) or rule.backward


def tell(report: Report) -> None:
    """Have `report` told op and word of each refused call; whatever it does, it is refused."""
    _told[:] = [report]


def take_out(kernels: Sequence[Kernels]) -> None:
    """Lay a kernel that refuses over each of `kernels`, for the rest of the process's life.

    Args:
        kernels: from `plan`.
    """
    libraries: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch says once that a kernel is overridden
        for ops, key, word in kernels:
            for op in ops:
                namespace, _, name = op.partition("::")
                if namespace not in libraries:
                    libraries[namespace] = _library("IMPL", namespace, "")
                # Without the kernel that notes it, an op computes, and leaves no trace in a graph.
                kernel = _skip if key.startswith(_AUTOGRAD) else _refusal(op, word)
                libraries[namespace].impl(name, key, kernel, False)
    for library in libraries.values():
        # Never freed, and after this nobody's: deleting a library uncovers what it overrides.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))


def _refusal(op: str, word: str) -> Callable[..., NoReturn]:
    name = op.replace("::", ".").removesuffix(".default")

    def refuse(*_args: object, **_kwargs: object) -> NoReturn:
        try:
            for report in _told:
                report(name, word)
        finally:
            raise ForbiddenOpError(f"{name}{REFUSED_WORDS}{word}")

    return refuse
