"""The device tensor of the simulated accelerator: a CPU tensor that says `cuda:0`.

Owns the wrapper, its attributes, printing and copying; leaves computing with it to
`accelerator_ops`.

A device tensor is a wrapper subclass that holds a CPU tensor. Natively it lives on the *meta*
device. PrivateUse1, made for such things, is of no use below a warm zygote: once it is
registered, the autograd engine of the first `backward` starts device threads, and after that no
forked child can run `backward` any more, on whatever device. Meta tensors are walked by the
calling thread, nothing is registered, and a process that never enters the simulation pays
nothing. The meta device also tells tensors that torch makes in its own C++ (`zeros` in a
backward formula, say) from the learner's CPU tensors.
"""

# ruff: noqa: ANN401 - what torch hands over here has no common type
from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NoReturn

import torch
from torch import _tensor_str

Arguments = Sequence[Any]
Options = Mapping[str, Any]

DEVICE = torch.device("cuda", 0)
META = torch.device("meta")
CPU = torch.device("cpu")


# torch before 2.8 raised a plain RuntimeError, of which the new one is a kind.
_ErrorOfDevice: type[RuntimeError] = getattr(torch, "AcceleratorError", RuntimeError)


class UnsupportedError(RuntimeError):
    """What the real accelerator may do and the simulated one does not."""

    def __init__(self, what: str, remedy: str = "") -> None:
        message = f"the simulated accelerator doesn't support {what}"
        super().__init__(f"{message}; {remedy}" if remedy else message)


def device_index(device: Any) -> int:
    """The index that a device for `torch.cuda` stands for, which can only be 0.

    Raises:
        AcceleratorError: for another one, as on a machine that has one accelerator.
    """
    index = device if isinstance(device, int) else torch.device(device or "cuda").index
    if index not in (None, 0):
        raise _ErrorOfDevice(
            "CUDA error: invalid device ordinal\n"
            "GPU device may be out of range, do you have enough GPUs?"
        )
    return 0


class SimulatedTensor(torch.Tensor):
    """A tensor on the simulated accelerator. Behaves as one on `cuda:0`; computes on the CPU."""

    _held: torch.Tensor
    # Set by accelerator_ops and accelerator_files, which need this class; not imported when
    # called, because inside the sandbox nothing can be imported any more.
    run_op: ClassVar[Callable[[Any, Arguments, Options | None], Any]]
    reduced: ClassVar[Callable[[SimulatedTensor, Any], tuple[Any, ...]]]

    # Torch functions are seen by the mode alone: one Python call per function instead of two.
    __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls,
        func: Any,
        _types: Sequence[Any],
        args: Arguments = (),
        kwargs: Options | None = None,
    ) -> Any:
        # Reached only where the mode is not on the stack: another thread, or after the context.
        return cls.run_op(func, args, kwargs)

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        """`cuda:0`."""
        return DEVICE

    @property
    def is_cuda(self) -> bool:  # type: ignore[override]
        """True."""
        return True

    @property
    def is_meta(self) -> bool:  # type: ignore[override]
        """False: the meta device is how it is made, not what it stands for."""
        return False

    @property
    def is_cpu(self) -> bool:  # type: ignore[override]
        """False."""
        return False

    def get_device(self) -> int:
        """The index of the device, 0."""
        return 0

    def numpy(self, *, force: bool = False) -> Any:
        """A NumPy array if `force`; else TypeError, as on the real device."""
        if force:
            return self.detach().cpu().numpy()
        raise TypeError(
            f"can't convert {DEVICE} device type tensor to numpy. "
            "Use Tensor.cpu() to copy the tensor to host memory first."
        )

    def __array__(self, *_: object, **__: object) -> NoReturn:
        self.numpy()
        raise AssertionError  # numpy() above always raises

    def tolist(self) -> Any:
        """The values as nested lists."""
        return self._held.tolist()

    def data_ptr(self) -> int:
        """The address of the first element; equal for two tensors that share memory there."""
        return self._held.data_ptr()

    def untyped_storage(self) -> torch.UntypedStorage:
        """The memory; it says that it is on the CPU."""
        return self._held.untyped_storage()

    def type(self, dtype: Any = None, non_blocking: bool = False, **_: Any) -> Any:
        """`torch.cuda.FloatTensor` and the like, or a copy of the type asked for."""
        if dtype is None:
            return self._held.type().replace("torch.", "torch.cuda.")
        return retype(self, dtype, non_blocking)

    def share_memory_(self) -> NoReturn:
        """Refused."""
        raise UnsupportedError("sharing tensors between processes")

    def __dlpack_device__(self) -> NoReturn:
        self.__dlpack__()

    def __dlpack__(self, *_: object, **__: object) -> NoReturn:
        raise UnsupportedError("DLPack", "move the tensor to the CPU first: x.cpu()")

    def __repr__(self, *, tensor_contents: Any = None) -> str:  # type: ignore[override]
        return _text(self)

    def __format__(self, spec: str) -> str:
        return format(self.item() if self.dim() == 0 else repr(self), spec)

    def __copy__(self) -> torch.Tensor:
        return self.detach().requires_grad_(self.requires_grad)

    def __deepcopy__(self, memo: dict[int, Any]) -> torch.Tensor:
        if not self.is_leaf:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the "
                "deepcopy protocol at the moment."
            )
        if id(self) not in memo:
            twin = wrap(copy.deepcopy(self._held, memo))
            attributes = {k: v for k, v in self.__dict__.items() if k != "_held"}
            twin.__dict__.update(copy.deepcopy(attributes, memo))
            twin.requires_grad_(self.requires_grad)
            twin.grad = copy.deepcopy(self.grad, memo)
            memo[id(self)] = twin
        found: torch.Tensor = memo[id(self)]
        return found

    def __reduce_ex__(self, protocol: Any) -> Any:
        return SimulatedTensor.reduced(self, protocol)


_STRIDED = torch.strided
_make = torch.Tensor._make_wrapper_subclass


def wrap(held: torch.Tensor) -> SimulatedTensor:
    """`held`, a CPU tensor without gradient, as a device tensor that shares its memory."""
    if held.layout is not _STRIDED:
        raise UnsupportedError(f"tensors of layout {held.layout}", "convert it first: x.to_dense()")
    # By position: keywords cost 1.5 µs here, and this runs for every result of every op.
    made: SimulatedTensor = _make(
        SimulatedTensor,
        held.shape,
        held.stride(),
        held.storage_offset(),
        None,
        held.dtype,
        _STRIDED,
        META,
    )
    made._held = held
    return made


def is_simulated(value: object) -> bool:
    """Whether `value` is a tensor on the simulated accelerator."""
    return type(value) is SimulatedTensor


def unwrap(tensor: torch.Tensor) -> torch.Tensor:
    """The CPU tensor behind a device tensor (shared memory, no gradient); others come back."""
    return tensor._held if type(tensor) is SimulatedTensor else tensor


def _text(tensor: SimulatedTensor) -> str:
    held = tensor._held
    body, *suffixes = _split_suffixes(repr(held), held)
    suffixes.insert(0, f"device='{DEVICE}'")
    if tensor.grad_fn is not None:
        suffixes.append(f"grad_fn=<{type(tensor.grad_fn).__name__}>")
    elif tensor.requires_grad:
        suffixes.append("requires_grad=True")
    text: str = _tensor_str._add_suffixes(  # type: ignore[no-untyped-call]
        body, suffixes, len("tensor("), force_newline=False
    )
    return f"Parameter containing:\n{text}" if isinstance(tensor, torch.nn.Parameter) else text


def _split_suffixes(text: str, held: torch.Tensor) -> list[str]:
    """`tensor([1], dtype=torch.int32)` → [`tensor([1]`, `dtype=torch.int32`]."""
    body = text.removesuffix(")")
    suffixes: list[str] = []
    for suffix in (f"dtype={held.dtype}", f"size={tuple(held.shape)}"):
        if body.endswith(suffix):
            body = body.removesuffix(suffix).rstrip().removesuffix(",")
            suffixes.insert(0, suffix)
    return [body, *suffixes]


def exchange(tensor: torch.Tensor, other: torch.Tensor) -> None:
    """Swap all but the identity of two tensors: how a tensor that others hold moves.

    `torch.utils.swap_tensors` without its refusal of tensors that a graph still holds, which the
    real device has no reason for. A backward pass through such a graph raises, as it does there.
    """
    for moved in (tensor, other):
        if moved.is_leaf and moved.requires_grad and moved._use_count() > 1:  # type: ignore[attr-defined]
            node = torch.autograd.graph.get_gradient_edge(moved).node
            node.register_prehook(_refuse_stale_graph)
    hooks, post_hooks = tensor._backward_hooks, tensor._post_accumulate_grad_hooks
    tensor.__class__, other.__class__ = other.__class__, tensor.__class__
    tensor.__dict__, other.__dict__ = other.__dict__, tensor.__dict__
    torch._C._swap_tensor_impl(tensor, other)
    if hooks:  # the same dictionaries, so that their handles can still remove them
        tensor._backward_hooks = hooks
    if post_hooks:
        tensor._post_accumulate_grad_hooks = post_hooks


def _refuse_stale_graph(_gradients: object) -> NoReturn:
    raise RuntimeError(
        f"Expected all tensors to be on the same device, but found at least two devices, {DEVICE} "
        "and cpu! (a parameter was moved between the forward and the backward pass)"
    )


def retype(tensor: torch.Tensor, dtype: Any, non_blocking: bool = False) -> torch.Tensor:
    """`x.type(…)`: a dtype, or a legacy type such as `torch.cuda.FloatTensor` or its name."""
    name = dtype if isinstance(dtype, str) else getattr(dtype, "__name__", "")
    if isinstance(dtype, torch.dtype):
        return tensor.to(dtype=dtype, non_blocking=non_blocking)
    kind = getattr(torch, name.rpartition(".")[2], None)
    if kind is None:
        raise ValueError(f"invalid type: {dtype!r}")
    on_device = "cuda" in name or "cuda" in getattr(dtype, "__module__", "")
    return tensor.to(device=META if on_device else CPU, dtype=kind.dtype)
