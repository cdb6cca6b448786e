"""What ops cost: scalar multiplications, FLOPs, and bytes of tensors that are alive at once.

Owns the formulas; which op runs when is `trace`'s to know. Nothing here reads a clock, so each
figure is the same on every machine. Importable in the sandbox.
"""

from __future__ import annotations

import weakref
from contextlib import suppress
from typing import Any, Final

import torch
from torch.utils import flop_counter
from torch.utils.flop_counter import flop_registry

_PRODUCTS: Final = frozenset(
    {"mul", "mul_", "addcmul", "addcmul_", "dot", "vdot", "mv", "addmv", "addmv_"}
)
_MADE_UNSEEN: Final = frozenset({"lift", "lift_fresh", "lift_fresh_copy"})
"""Ops whose argument has just been made, as that of `torch.tensor([…])`, by no op that is seen."""
_sdpa: Any = flop_counter.sdpa_flop_count
_sdpa_backward: Any = flop_counter.sdpa_backward_flop_count
_storage_of: Any = torch._C.TensorBase.untyped_storage


def flops(
    packet: object, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], result: object
) -> int:
    """Floating-point operations of a matrix product, convolution or attention; 0 of other ops.

    The formulas are those of `torch.utils.flop_counter`: two operations, a multiplication and an
    addition, for each product that is summed. Attention on the CPU is not among them, but costs the
    same as elsewhere.
    """
    formula: Any = _ATTENTION.get(name) or flop_registry.get(packet)
    if formula is not None:
        with suppress(Exception):  # a formula that does not know a case must not end the run
            return int(formula(*args, **kwargs, out_val=result))
    return 0


def multiplications(name: str, counted_flops: int, args: tuple[Any, ...], result: object) -> int:
    """Scalar multiplications of an op with `counted_flops`; of `*` and dot products, too."""
    if counted_flops or name not in _PRODUCTS or not isinstance(result, torch.Tensor):
        return counted_flops // 2
    if name in ("dot", "vdot", "mv"):
        return int(args[0].numel())
    if name in ("addmv", "addmv_"):
        return int(args[1].numel())
    return result.numel()


def _attention(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, *_: object, **__: object
) -> int:
    return int(_sdpa(query.shape, key.shape, value.shape))


def _attention_backward(
    gradient: torch.Tensor,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    *_: object,
    **__: object,
) -> int:
    return int(_sdpa_backward(gradient.shape, query.shape, key.shape, value.shape))


_ATTENTION: Final = {
    "_scaled_dot_product_flash_attention_for_cpu": _attention,
    "_scaled_dot_product_flash_attention_for_cpu_backward": _attention_backward,
}


class LiveBytes:
    """Bytes of the storages that were made while it watched and are still alive.

    A view costs nothing, since it shares its storage; a tensor that is freed is subtracted, and one
    that the graph keeps for a backward pass is not freed. What a kernel needs only while it runs is
    not seen.

    Attributes:
        now: bytes alive.
        peak: the most there have been after any op.
    """

    def __init__(self) -> None:
        self.now = 0
        self.peak = 0
        self._known: dict[int, weakref.finalize[Any, Any]] = {}

    def before(self, name: str, given: tuple[object, ...]) -> None:
        """Note the storages an op is given: what was there before the watch costs nothing."""
        for tensor in _tensors(given):
            self._meet(tensor, costs=name in _MADE_UNSEEN)

    def after(self, result: object) -> None:
        """Note what an op made."""
        for tensor in _tensors(result):
            self._meet(tensor, costs=True)
        self.peak = max(self.peak, self.now)

    def _meet(self, tensor: torch.Tensor, *, costs: bool) -> None:
        try:
            storage = _storage_of(tensor)
            key = storage._cdata
        except (RuntimeError, NotImplementedError):  # sparse, or a wrapper without memory
            return
        if key in self._known:
            return
        size = storage.nbytes() if costs else 0
        self.now += size
        self._known[key] = weakref.finalize(storage, self._freed, key, size)
        self._known[key].atexit = False

    def _freed(self, key: int, size: int) -> None:
        self.now -= size
        self._known.pop(key, None)


def _tensors(values: object) -> list[torch.Tensor]:
    """The tensors among arguments or results, which nest in lists and tuples."""
    if isinstance(values, torch.Tensor):
        return [values]
    found: list[torch.Tensor] = []
    if isinstance(values, (list, tuple)):
        for value in values:
            if isinstance(value, (torch.Tensor, list, tuple)):
                found += _tensors(value)
    return found
