"""What ran: which ops, how many, and which of them are forbidden. Decides nothing.

Ops are counted where torch dispatches them, so it matters what ran and not what the source says.
A forbidden op counts only with a line of the submission on the stack (or in a thread that was
started meanwhile): what checks do to make their inputs is theirs. Functions that torch takes apart
before it dispatches (`one_hot`, `einsum`) are seen at torch's Python entry instead. What an op
costs is left to `cost`, counting a single call to `counting`.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any, Self

import torch
from torch.overrides import TorchFunctionMode

from quizapp.judge import cost
from quizapp.judge.following import FollowingMode
from quizapp.judge.groups import falls_under, rule_of, unknown_groups

_current_autograd_node: Callable[[], object] = torch._C._current_autograd_node
_get_frame = sys._getframe
_MAX_VIOLATIONS = 100


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A forbidden op that ran.

    Attributes:
        op: its name, such as "aten.convolution".
        group: the name in `forbidden:` that it falls under.
        line: innermost line of the submission on the stack; 0 in a thread of its own.
    """

    op: str
    group: str
    line: int


class OpTrace(FollowingMode):
    """Counts what torch dispatches while it is entered, in this thread and those started meanwhile.

    Attributes:
        total: dispatched ops.
        by_name: the same by name, without overload.
        multiplications: scalar multiplications of products, convolutions and `*`.
        flops: floating-point operations of products, convolutions and attention.
        live: bytes of tensors alive at once; None unless `memory` is asked for, which costs a few
            microseconds an op.
        forbidden: the first forbidden op of each group on each line.
        words_met: the words in `forbidden` of which anything ran, whoever ran it.
        in_call: how many calls of the submission's functions are under way; see `running`.

    Raises:
        ValueError: `forbidden` names an unknown group.
    """

    def __init__(
        self, *, forbidden: Collection[str] = (), filename: str = "", memory: bool = False
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
        self.forbidden: list[Forbidden] = []
        self.words_met: set[str] = set()
        self._standing: list[Forbidden] = []
        self._filename = filename
        self._rules = [(name, rule_of(name)) for name in forbidden]
        self._verdicts: dict[str, str] = {}
        self._files = [(name, group.files) for name, group in self._rules if group.files]
        self._backward = next((name for name, group in self._rules if group.backward), "")
        self._functions: _FunctionTrace | None = None
        self._own_thread = 0
        self._is_loading = False
        self.in_call = 0

    def __enter__(self) -> Self:
        if any(group.functions for _, group in self._rules):
            self._functions = _FunctionTrace(self)
            self._functions.__enter__()  # type: ignore[no-untyped-call]
        self._own_thread = threading.get_ident()
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

    def take_forbidden(self) -> tuple[Forbidden, ...]:
        """What `forbidden` holds, which is emptied."""
        found = tuple(self.forbidden)
        self.forbidden.clear()
        return found

    def begin_loading(self) -> None:
        """The submission's file is about to be run: all that runs is its doing."""
        self._is_loading = True
        self.in_call = 1

    def begin_check(self) -> None:
        """Hold what stands for the whole file, such as an import, against the next check, too.

        Other things that ran while the file was loaded, such as a test of one's own function
        against torch's, have answered no case and count for nothing.
        """
        if self._is_loading:
            self._is_loading = False
            self.in_call = 0
            self.forbidden.clear()
        self.forbidden.extend(each for each in self._standing if each not in self.forbidden)

    def accuse(self, op: str, group: str, *, stands: bool = False) -> bool:
        """Note something forbidden, if it is the submission's doing.

        Args:
            op: what ran, such as "aten.convolution".
            group: the word in `forbidden:`.
            stands: whether it counts in every check that follows.

        Returns:
            Whether it is the submission's doing.
        """
        self.words_met.add(group)
        line = self._line()
        if line is None:
            return False
        found = Forbidden(op, group, line)
        if stands and found not in self._standing:
            self._standing.append(found)
        known = any((each.group, each.line) == (group, line) for each in self.forbidden)
        if not known and len(self.forbidden) < _MAX_VIOLATIONS:
            self.forbidden.append(found)
        return True

    def _watch(self, name: str) -> None:
        """Note an op that falls under a rule."""
        group = self._verdicts.get(name)
        if group is None:
            group = next((rule for rule, group in self._rules if falls_under(name, group.ops)), "")
            self._verdicts[name] = group
        if not group and self._backward and _current_autograd_node() is not None:
            group = self._backward
        if group:
            self.accuse(f"aten.{name}", group)
        elif self._files:
            self._watch_files(name)

    def _watch_files(self, name: str) -> None:
        frame: FrameType | None = _get_frame(2)
        while frame is not None:
            path = frame.f_code.co_filename.replace("\\", "/")
            for group, files in self._files:
                if any(part in path for part in files):
                    self.accuse(f"aten.{name}", group)
                    return
            frame = frame.f_back

    def _watch_function(self, name: str) -> None:
        for rule, group in self._rules:
            if falls_under(name, group.functions):
                self.accuse(f"torch.{name}", rule)

    def _line(self) -> int | None:
        """Innermost line of the submission on the stack; None when the op is not its doing."""
        frame: FrameType | None = _get_frame(1)
        while frame is not None:
            if frame.f_code.co_filename == self._filename:
                return frame.f_lineno
            frame = frame.f_back
        # Code that it compiled under another name, or runs in a thread, is its doing, too.
        return 0 if self.in_call or threading.get_ident() != self._own_thread else None

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
