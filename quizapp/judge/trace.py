"""What ran: which ops, how many, and which of them are forbidden. Decides nothing.

Ops are counted where torch dispatches them, so it matters what ran and not what the source says.
Functions that torch takes apart before it dispatches (`one_hot`, `einsum`) are seen at torch's
Python entry instead. Whose doing an op is, is left to `accusations`, what it costs to `cost`,
counting a single call to `counting`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Collection
from types import FrameType, TracebackType
from typing import Any, Self

import torch
from torch.overrides import TorchFunctionMode

from quizapp.judge import cost
from quizapp.judge.accusations import Accusations
from quizapp.judge.following import FollowingMode
from quizapp.judge.groups import falls_under, rule_of, unknown_groups

_current_autograd_node: Callable[[], object] = torch._C._current_autograd_node
_get_frame = sys._getframe


class OpTrace(FollowingMode):
    """Counts what torch dispatches while it is entered, in this thread and those started meanwhile.

    Attributes:
        total: dispatched ops.
        by_name: the same by name, without overload.
        multiplications: scalar multiplications of products, convolutions and `*`.
        flops: floating-point operations of products, convolutions and attention.
        live: bytes of tensors alive at once; None unless `memory` is asked for, which costs a few
            microseconds an op.

    Args:
        forbidden: words of `forbidden:` whose ops are told to `accusations`.
        accusations: told of them.
        memory: whether bytes are counted, too.

    Raises:
        ValueError: `forbidden` names an unknown group.
    """

    def __init__(
        self,
        *,
        forbidden: Collection[str] = (),
        accusations: Accusations | None = None,
        memory: bool = False,
    ) -> None:
        unknown = unknown_groups(forbidden)
        if unknown:
            raise ValueError(f"no such group of ops: {', '.join(unknown)}")
        super().__init__()
        self.by_name: Counter[str] = Counter()
        self.total = 0
        self.multiplications = 0
        self.flops = 0
        self.live = cost.LiveBytes() if memory else None
        self._accusations = Accusations() if accusations is None else accusations
        self._rules = [(name, rule_of(name)) for name in forbidden]
        self._verdicts: dict[str, str] = {}
        self._files = [(name, group.files) for name, group in self._rules if group.files]
        self._backward = next((name for name, group in self._rules if group.backward), "")
        self._functions: _FunctionTrace | None = None

    def __enter__(self) -> Self:
        if any(group.functions for _, group in self._rules):
            self._functions = _FunctionTrace(self)
            self._functions.__enter__()  # type: ignore[no-untyped-call]
        return super().__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, traceback)
        if self._functions is not None:
            self._functions.__exit__(kind, error, traceback)  # type: ignore[no-untyped-call]
            self._functions = None

    def __torch_dispatch__(
        self,
        op: Any,  # noqa: ANN401 - an OpOverload
        types: Collection[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401
        """Run one op and count it."""
        given = kwargs or {}
        packet = getattr(op, "overloadpacket", op)
        name = packet.__name__
        if self._rules:
            self._watch(name)  # before it runs: it may be gone, see `removal`
        if self.live is not None:
            self.live.before(name, (args, tuple(given.values())))
        result = op(*args, **given)
        if self.live is not None:
            self.live.after(result)
        self.total += 1
        self.by_name[name] += 1
        counted = cost.flops(packet, name, args, given, result)
        self.flops += counted
        self.multiplications += cost.multiplications(name, counted, args, result)
        return result

    def _watch(self, name: str) -> None:
        """Note an op that falls under a rule."""
        group = self._verdicts.get(name)
        if group is None:
            group = next((rule for rule, group in self._rules if falls_under(name, group.ops)), "")
            self._verdicts[name] = group
        if not group and self._backward and _current_autograd_node() is not None:
            group = self._backward
        if group:
            self._accusations.accuse(f"aten.{name}", group)
        elif self._files:
            self._watch_files(name)

    def _watch_files(self, name: str) -> None:
        frame: FrameType | None = _get_frame(2)
        while frame is not None:
            path = frame.f_code.co_filename.replace("\\", "/")
            for group, files in self._files:
                if any(part in path for part in files):
                    self._accusations.accuse(f"aten.{name}", group)
                    return
            frame = frame.f_back

    def _watch_function(self, name: str) -> None:
        for rule, group in self._rules:
            if falls_under(name, group.functions):
                self._accusations.accuse(f"torch.{name}", rule)

    def enter_thread(self) -> None:
        """Trace the thread that calls this, to its end."""
        if self._functions is not None:
            _FunctionTrace(self).__enter__()  # type: ignore[no-untyped-call]
        super().enter_thread()


class _FunctionTrace(TorchFunctionMode):
    """Sees calls at torch's Python entry for a trace."""

    def __init__(self, trace: OpTrace) -> None:
        super().__init__()
        self._trace = trace

    def __torch_function__(
        self,
        func: Any,  # noqa: ANN401
        types: Collection[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401
        self._trace._watch_function(getattr(func, "__name__", ""))
        return func(*args, **(kwargs or {}))
