"""Tensors of two devices in one op: when the real accelerator refuses, and in which words.

Owns the rule and its messages; leaves running ops to `accelerator_ops`. A real device checks in
one of two ways, which torch's own list of ops (`native_functions.yaml`) tells apart:

- ops that walk over elements look for a common device, and let numbers (tensors without axes)
  on the CPU in where they are only read;
- all others compare their arguments one by one with the first and let nothing in.

The lists here are those of torch 2.13; a test compares them with the installed torch's.
"""

# ruff: noqa: ANN401 - what torch hands over here has no common type
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import torch

from quizapp.judge.accelerator_tensor import DEVICE, SimulatedTensor

Named: TypeAlias = Sequence[tuple[str, Any]]
"""An op's arguments with their names, in the order of its schema."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


STRUCTURED = _names("""
    addmv addmv_ baddbmm baddbmm_ bmm cat clamp.Tensor clamp_.Tensor clamp_max.Tensor
    clamp_max_.Tensor clamp_min.Tensor clamp_min_.Tensor gcd gcd_ lcm lcm_ index_copy_
    index_copy isin.Tensor_Tensor logaddexp logaddexp2 mm addmm addmm_ _addmm_activation
    index_add_ index_add index_reduce_ index_reduce scatter.src scatter_.src scatter.value
    scatter_.value scatter.reduce scatter_.reduce scatter.value_reduce scatter_.value_reduce
    scatter_add scatter_add_ scatter_reduce.two scatter_reduce_.two gather triangular_solve
    lu_unpack igamma igamma_ igammac igammac_ nextafter nextafter_ nll_loss_forward
    nll_loss_backward fractional_max_pool2d fractional_max_pool3d slow_conv_transpose2d
    linalg_cross linalg_lu_solve linalg_ldl_solve _linalg_solve_ex
    _log_softmax_backward_data _softmax_backward_data gelu_backward hardshrink_backward
    silu_backward threshold_backward elu_backward hardsigmoid_backward leaky_relu_backward
    softplus_backward softshrink_backward sigmoid_backward logit_backward tanh_backward
    avg_pool2d_backward avg_pool3d_backward adaptive_max_pool2d_backward
    adaptive_max_pool3d_backward max_pool2d_with_indices_backward
    fractional_max_pool2d_backward reflection_pad1d_backward reflection_pad3d_backward
    replication_pad1d_backward
""")
"""Of the ops that compare several tensors, those whose kernels torch generates from one template:
their name in the message has another form."""
_ELEMENTWISE = _names("""
    mse_loss smooth_l1_loss huber_loss binary_cross_entropy binary_cross_entropy_with_logits
    soft_margin_loss logical_and logical_or logical_xor ldexp xlogy complex polar
    floor_divide floor_divide_ rsub copysign_ heaviside_ eq_ ne_ ge_ le_ gt_ lt_ __irshift__
    __ilshift__ bernoulli_ fill fill_ index index_put index_put_ _index_put_impl_ index_fill
    index_fill_ dist value_selecting_reduction_backward
""")
"""Ops that walk over elements without the tag that says so."""
_ONE_BY_ONE = frozenset({"equal", "native_dropout_backward"})
"""Ops that have the tag of elementwise ones and yet compare their arguments."""
_INSIDE = {
    "embedding": ("index_select", {"indices": "index", "weight": "self"}),
    "stack": ("cat", {}),
    "_stack": ("cat", {}),
}
"""Ops that another one computes on the real device: its name, and what it calls the arguments."""
_MAY_STAY = {
    "index": frozenset({"indices"}),
    "index_put": frozenset({"indices"}),
    "index_put_": frozenset({"indices"}),
    "_index_put_impl_": frozenset({"indices"}),
    "_unsafe_index": frozenset({"indices"}),
    "_unsafe_index_put": frozenset({"indices"}),
    "_pack_padded_sequence": frozenset({"lengths"}),
}
"""Arguments that may be on the CPU, or have to."""
_NONE: frozenset[str] = frozenset()


def refuse_mixing(func: Any, named: Named, written: frozenset[str]) -> None:
    """Raise as the real device does, unless the CPU tensors among the arguments are allowed.

    Args:
        func: the dispatched op.
        named: its arguments.
        written: names of those that it writes.

    Raises:
        RuntimeError: tensors on two devices, which this op does not mix.
    """
    operation = func._schema.name.removeprefix("aten::")
    special = _SPECIAL.get(operation)
    if special is not None:
        special(named)
    may_stay = _MAY_STAY.get(operation, _NONE)
    tensors = [
        (name, tensor) for name, value in named if name not in may_stay for tensor in _parts(value)
    ]
    if walks_elements(func):
        _compare_elements(tensors, written)
    else:
        _compare_one_by_one(func, operation, tensors)


def walks_elements(func: Any) -> bool:
    """Whether a real device runs an op over all elements of tensors on a common device."""
    operation = func._schema.name.removeprefix("aten::")
    if full_name(func) in STRUCTURED or operation in _ONE_BY_ONE:
        return False
    return (
        torch.Tag.pointwise in func.tags
        or operation in _ELEMENTWISE
        or operation.startswith(("_foreach_", "_fused_"))
    )


def full_name(func: Any) -> str:
    """An op's name with its overload, such as `clamp.Tensor`; the default one has none."""
    overload = func._schema.overload_name
    operation: str = func._schema.name.removeprefix("aten::")
    return f"{operation}.{overload}" if overload else operation


def _parts(value: Any) -> Iterator[torch.Tensor]:
    for part in value if isinstance(value, list | tuple) else (value,):
        if isinstance(part, torch.Tensor):
            yield part


def _place(tensor: torch.Tensor) -> str:
    return str(DEVICE) if type(tensor) is SimulatedTensor else "cpu"


def _compare_elements(tensors: Iterable[tuple[str, torch.Tensor]], written: frozenset[str]) -> None:
    for name, tensor in tensors:
        if type(tensor) is not SimulatedTensor and (tensor.dim() or name in written):
            raise RuntimeError(
                "Expected all tensors to be on the same device, but found at least two devices, "
                f"{DEVICE} and cpu!"
            )


def _compare_one_by_one(
    func: Any, operation: str, tensors: Sequence[tuple[str, torch.Tensor]]
) -> None:
    common = _place(tensors[0][1]) if tensors else ""
    for name, tensor in tensors:
        if _place(tensor) != common:
            if operation in _INSIDE:
                inner, names = _INSIDE[operation]
                method = inner if inner in STRUCTURED else f"_{inner}"
                what = names.get(name, name)
            else:
                method, what = _method(func), name
            raise RuntimeError(
                f"Expected all tensors to be on the same device, but got {what} is on "
                f"{_place(tensor)}, different from other tensors on {common} "
                f"(when checking argument in method wrapper_CUDA_{method})"
            )


def _method(func: Any) -> str:
    """What torch calls its CUDA kernel of an op in messages."""
    operation = func._schema.name.removeprefix("aten::")
    overload = func._schema.overload_name
    if full_name(func) in STRUCTURED:
        return f"{operation}_{overload}" if overload else operation
    return f"{overload}_{operation}"


# --- ops with checks of their own ----------------------------------------------------------


def _convolution(named: Named) -> None:
    """It compares types, which name the device, before anything else sees its arguments."""
    arguments = dict(named)
    image: torch.Tensor = arguments["input"]
    for kind in ("weight", "bias"):
        other = arguments.get(kind)
        if isinstance(other, torch.Tensor) and _place(other) != _place(image):
            raise RuntimeError(
                f"Input type ({image.type()}) and {kind} type ({other.type()}) should be the same "
                "(Expected all tensors to be on the same device, but found at least two devices, "
                f"{DEVICE} and cpu!)"
            )


def _masked_fill(named: Named) -> None:
    arguments = dict(named)
    target, mask = arguments["self"], arguments["mask"]
    if _place(mask) != _place(target):
        raise RuntimeError(
            "expected self and mask to be on the same device, but got mask on "
            f"{_place(mask)} and self on {_place(target)}"
        )


def _indexing(named: Named) -> None:
    """A tensor on the CPU takes no indices from the device; the reverse is allowed."""
    arguments = dict(named)
    if type(arguments["self"]) is SimulatedTensor:
        return
    if any(type(index) is SimulatedTensor for index in arguments["indices"]):
        raise RuntimeError(
            "indices should be either on cpu or on the same device as the indexed tensor (cpu)"
        )


def _packing(named: Named) -> None:
    lengths = dict(named)["lengths"]
    if type(lengths) is SimulatedTensor:
        kind = lengths.type().removeprefix("torch.cuda.").removesuffix("Tensor")
        raise RuntimeError(
            f"'lengths' argument should be a 1D CPU int64 tensor, but got {lengths.dim()}D "
            f"{DEVICE} {kind} tensor"
        )


_SPECIAL: dict[str, Callable[[Named], None]] = {
    "convolution": _convolution,
    "_convolution": _convolution,
    "masked_fill": _masked_fill,
    "masked_fill_": _masked_fill,
    "index": _indexing,
    "index_put": _indexing,
    "index_put_": _indexing,
    "_index_put_impl_": _indexing,
    "_pack_padded_sequence": _packing,
}
