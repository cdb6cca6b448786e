"""What a submission's values are once they have left the sandbox. Owns the vocabulary.

Leaves their bytes to `frames`, what is right to `agree`, how they read to `describe`. Importable
in the sandbox: torch and the standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch

Value: TypeAlias = Any
"""None, bool, int, float, complex, str, bytes, tuple, list, dict, torch.Size, torch.dtype, or one
of the classes below: what a decoded frame holds. Anything else arrives as `Unsupported`."""


@dataclass(frozen=True, slots=True, eq=False)
class TensorValue:
    """A tensor.

    Attributes:
        tensor: dense, contiguous, on the CPU, without a graph; a copy of its own.
        device: where it was, such as "cpu" or "cuda:0".
        requires_grad: whether it took part in a graph, or asked to.
        parameter: whether it was an `nn.Parameter`.
    """

    tensor: torch.Tensor
    device: str = "cpu"
    requires_grad: bool = False
    parameter: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ArrayValue:
    """A NumPy array or scalar, kept as such so that feedback can name it.

    Attributes:
        tensor: the same numbers as a tensor, on the CPU.
        scalar: whether it was a scalar such as `np.float64(1)`.
    """

    tensor: torch.Tensor
    scalar: bool = False


@dataclass(frozen=True, slots=True)
class DeviceValue:
    """A `torch.device`."""

    label: str


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something that is refused by its type; nothing of it but the name has crossed over."""

    type_name: str


@dataclass(frozen=True, slots=True)
class OpCount:
    """What a call gave and what it cost.

    Attributes:
        value: what the call returned; of two calls, a pair.
        ops: dispatched torch operations.
        steps: lines of the submission that were executed.
        multiplications: scalar multiplications of matrix products, convolutions and `*`.
        at_most: allowed ops, steps, multiplications, FLOPs and bytes; None where it does not
            matter, and so are those that are left out at the end.
        flops: floating-point operations of products, convolutions and attention.
        peak_bytes: bytes of tensors made by the call and alive at once; 0 if not asked for.
        smaller: ops and steps of a first call with smaller inputs, its size, and the size of the
            call that the other figures are of; empty where there was one call.
        record: one entry for each call; from the sandbox the program that it ran, see `program`, in
            the judge's own run the arguments that it was given.
    """

    value: Value
    ops: int
    steps: int
    multiplications: int
    at_most: tuple[int | None, ...]
    flops: int = 0
    peak_bytes: int = 0
    smaller: tuple[int, ...] = ()
    record: tuple[Value, ...] = ()

    @property
    def costs(self) -> tuple[int, ...]:
        """What `at_most` limits, in its order."""
        return (self.ops, self.steps, self.multiplications, self.flops, self.peak_bytes)


@dataclass(frozen=True, slots=True)
class Gradients:
    """What reached the inputs of a computation.

    Attributes:
        reached: name of the input -> its gradient, or None where none arrived.
        problem: empty, or why no backward pass could be run.
    """

    reached: Mapping[str, Value]
    problem: str = ""
