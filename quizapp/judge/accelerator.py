"""The accelerator that checks run on: a simulated one on the CPU, or the real one.

Owns the choice, the way in, and how torch's functions are led to the device; leaves device
tensors to `accelerator_tensor`, ops to `accelerator_ops`, the names of `torch.cuda` to
`accelerator_names` and saving to `accelerator_files`. What the simulation does and does not do
is listed in `docs/accelerator.md`.
"""

# ruff: noqa: ANN401 - what torch hands over here has no common type
from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, ClassVar

import torch
import torch.utils._device
from torch.overrides import TorchFunctionMode

from quizapp.judge import frames
from quizapp.judge.accelerator_names import patched
from quizapp.judge.accelerator_ops import Ops
from quizapp.judge.accelerator_runtime import require_gradients_beside
from quizapp.judge.accelerator_tensor import (
    CPU,
    DEVICE,
    META,
    Arguments,
    Options,
    SimulatedTensor,
    UnsupportedError,
    device_index,
    exchange,
    is_simulated,
    retype,
    unwrap,
)

__all__ = [
    "RealAccelerator",
    "SimulatedAccelerator",
    "UnsupportedError",
    "choose_accelerator",
    "is_simulated",
    "prepare",
    "unwrap",
]


def resolve(device: object) -> Any:
    """A device as the learner wrote it → the one to ask torch for.

    Raises:
        RuntimeError: for a second accelerator, as on a machine that has one only.
        UnsupportedError: for the meta device by name. A `torch.device` of it passes: torch's own
            Python (`clip_grad_norm_`) reads it off device tensors.
    """
    if device == "meta":
        raise UnsupportedError("the meta device")
    if isinstance(device, bool) or not isinstance(device, torch.device | str | int):
        return device
    if isinstance(device, int) or torch.device(device).type == "cuda":
        device_index(device)
        return META
    return device


def _to(func: Any, args: Arguments, kwargs: Options) -> Any:
    if len(args) > 1 and isinstance(args[1], torch.device | str | int):
        args = (args[0], resolve(args[1]), *args[2:])
    return func(*args, **_resolved(kwargs))


def _cuda(_func: Any, args: Arguments, kwargs: Options) -> Any:
    device = args[1] if len(args) > 1 else kwargs.get("device")
    return args[0].to(resolve(DEVICE if device is None else device))


def _from_data(func: Any, args: Arguments, kwargs: Options) -> Any:
    """`torch.tensor` and its kin: made on the CPU, then moved, for meta tensors have no data."""
    options = dict(kwargs)
    args = [_without_device(argument) for argument in args]
    if func is torch.as_tensor and len(args) > 2:
        options["device"], args = args[2], args[:2]
    device = resolve(options.pop("device", None))
    if func is torch.Tensor.new_tensor and device is None:
        device = META if is_simulated(args[0]) else CPU
    if device is None:
        return func(*args, **_default_device(func, options))
    wants_gradient = options.pop("requires_grad", False)
    if func is torch.Tensor.new_tensor:
        source, *rest = args
        options.setdefault("dtype", source.dtype)
        made = torch.tensor(*rest, **options).to(device)
    elif is_simulated(args[0] if args else options.get("data", options.get("obj"))):
        made = func(*args, **options).to(device)
    else:
        made = func(*args, **options, device=CPU).to(device)
    return made.requires_grad_() if wants_gradient else made


def _without_device(data: Any) -> Any:
    """Numbers in place of the device tensors in a list, which torch would read as meta tensors."""
    if isinstance(data, list | tuple):
        return [part.item() if is_simulated(part) else _without_device(part) for part in data]
    return data


def _default_device(func: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Honour `torch.set_default_device("cuda")` and `with torch.device("cuda"):`."""
    default = torch.utils._device.CURRENT_DEVICE
    if (
        default is not None
        and kwargs.get("device") is None
        and func in torch.utils._device._device_constructors()
    ):
        return {**kwargs, "device": resolve(default)}
    return kwargs


def _resolved(kwargs: Options) -> dict[str, Any]:
    if kwargs.get("device") is None:
        return dict(kwargs)
    return {**kwargs, "device": resolve(kwargs["device"])}


def _type(func: Any, args: Arguments, kwargs: Options) -> Any:
    dtype = args[1] if len(args) > 1 else kwargs.get("dtype")
    return func(*args, **kwargs) if dtype is None else retype(args[0], dtype)


def _pin(_func: Any, args: Arguments, _kwargs: Options) -> Any:
    if is_simulated(args[0]):
        raise RuntimeError(f"cannot pin '{args[0].type()}' only dense CPU tensors can be pinned")
    return args[0]


def _set_data(func: Any, args: Arguments, kwargs: Options) -> Any:
    """`p.data = moved`: on the real device the tensor object stays and its memory is another."""
    target, value = args
    if is_simulated(target) == is_simulated(value):
        if is_simulated(target):
            target._held = value._held
        return func(*args, **kwargs)
    wants_gradient = target.requires_grad
    moved = value.detach()
    if isinstance(target, torch.nn.Parameter):
        moved = torch.nn.Parameter(moved, requires_grad=wants_gradient)
    moved.requires_grad_(wants_gradient)
    exchange(target, moved)
    return None


def _legacy_new(func: Any, args: Arguments, kwargs: Options) -> Any:
    if is_simulated(args[0]):
        raise UnsupportedError("x.new(…)", "use x.new_zeros(…), x.new_empty(…) or x.new_tensor(…)")
    return func(*args, **kwargs)


def _check_generator(args: Arguments, kwargs: Options) -> None:
    """Raise, as the real device does, if random numbers are drawn from the other device's."""
    device = resolve(kwargs.get("device"))
    on_device = device == META if device is not None else any(is_simulated(a) for a in args[:1])
    wanted, found = "cuda" if on_device else "cpu", kwargs["generator"].device.type
    if wanted != found:
        raise RuntimeError(f"Expected a '{wanted}' device type for generator but found '{found}'")


_functions: dict[Any, Callable[[Any, Arguments, Options], Any]] = {
    torch.Tensor.to: _to,
    torch.Tensor.cuda: _cuda,
    torch.Tensor.type: _type,
    torch.Tensor.new: _legacy_new,
    torch.Tensor.new_tensor: _from_data,
    torch.Tensor.pin_memory: _pin,
    torch.Tensor.data.__set__: _set_data,  # type: ignore[attr-defined]
    torch.tensor: _from_data,
    torch.as_tensor: _from_data,
    torch.asarray: _from_data,
}


class _Functions(TorchFunctionMode):
    """Leads every torch function that names the device to the simulated one."""

    def __torch_function__(
        self,
        func: Any,
        _types: Sequence[type],
        args: Arguments = (),
        kwargs: Options | None = None,
    ) -> Any:
        try:
            if kwargs and kwargs.get("generator") is not None:
                _check_generator(args, kwargs)
            special = _functions.get(func)
            if special is not None:
                return special(func, args, kwargs or {})
            if kwargs and kwargs.get("device") is not None:
                return func(*args, **_resolved(kwargs))
            if torch.utils._device.CURRENT_DEVICE is not None:
                return func(*args, **_default_device(func, dict(kwargs or {})))
            return func(*args, **kwargs) if kwargs else func(*args)
        except RuntimeError as error:
            _name_the_device(error)
            raise


def _name_the_device(error: RuntimeError) -> None:
    """Say `cuda:0` in a message of torch's own, which sees device tensors on the meta device."""
    if type(error) is UnsupportedError or len(error.args) != 1:
        return
    text = str(error.args[0])
    # The one about a device string lists all kinds of devices.
    if "meta" in text and "device string" not in text and _is_of_torch(error):
        text = _META_TYPE.sub("'cuda'", text)
        error.args = (_META.sub(str(DEVICE), text),)


def _is_of_torch(error: RuntimeError) -> bool:
    """Whether an error was raised by torch and not by a hook or function of the learner's."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    file = trace.tb_frame.f_code.co_filename if trace is not None else ""
    return file == __file__ or file.startswith(_TORCH)


_TORCH = torch.__file__.removesuffix("__init__.py")
_META_TYPE, _META = re.compile("'meta'"), re.compile(r"\bmeta\b")


def _engine_with(functions: _Functions, original: Callable[..., Any]) -> Callable[..., Any]:
    """The backward pass, with `functions` on: for hooks and backward functions in Python.

    torch takes a function mode off the stack while it handles a call, here `Tensor.backward`.
    """

    def run_backward(outputs: Any, gradients: Any, *args: Any, **kwargs: Any) -> Any:
        require_gradients_beside(outputs, gradients)
        with functions:
            return original(outputs, gradients, *args, **kwargs)

    return run_backward


class SimulatedAccelerator:
    """While entered, this thread has an accelerator `cuda:0` that is made of the CPU.

    One at a time in a process: names of `torch.cuda` are replaced for all threads meanwhile.
    Everything is put back at the end. Tensors that are left over stay readable (`.cpu()`,
    `unwrap`); new ones cannot be made any more.
    """

    simulated: ClassVar[bool] = True

    def __init__(self) -> None:
        self._stack: ExitStack | None = None

    def device(self) -> torch.device:
        """What checks pass as `device`: `cuda:0`."""
        return DEVICE

    def __enter__(self) -> SimulatedAccelerator:
        if self._stack is not None:
            raise RuntimeError("this SimulatedAccelerator is already entered")
        frames.register_unwrap(SimulatedTensor, _unwrap_for_frame)
        functions = _Functions()
        engine = _engine_with(functions, torch.autograd._engine_run_backward)  # type: ignore[attr-defined]
        with ExitStack() as stack:
            stack.enter_context(patched([(torch.autograd, "_engine_run_backward", engine)]))
            stack.enter_context(Ops())  # type: ignore[no-untyped-call]
            stack.enter_context(functions)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        stack, self._stack = self._stack, None
        if stack is not None:
            stack.__exit__(kind, error, trace)


_LABEL = str(DEVICE)
_native_device_of: Callable[[torch.Tensor], torch.device] = torch._C.TensorBase.device.__get__


def _unwrap_for_frame(tensor: SimulatedTensor) -> tuple[torch.Tensor, str]:
    """What is behind a device tensor, and its label; runs nothing that a submission can replace.

    Raises:
        ValueError: a tensor of the CPU that was given the class of device tensors.
    """
    if _native_device_of(tensor) != META:
        raise ValueError("not made by the simulated accelerator")
    return tensor._held, _LABEL


class RealAccelerator:
    """The first real accelerator of this machine; entering it changes nothing."""

    simulated: ClassVar[bool] = False

    def device(self) -> torch.device:
        """What checks pass as `device`: `cuda:0`."""
        return DEVICE

    def __enter__(self) -> RealAccelerator:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


def choose_accelerator() -> SimulatedAccelerator | RealAccelerator:
    """The real accelerator where there is one, else a simulated one.

    Asks the driver, so it must be called in the process that will use the device, after the
    fork: a child cannot use CUDA once its parent has initialised it.
    """
    built: bool = torch.backends.cuda.is_built()  # type: ignore[no-untyped-call]
    if built and torch.cuda.is_available():
        return RealAccelerator()
    return SimulatedAccelerator()


def prepare() -> None:
    """Do before the fork what every child would else do again: load and enter once.

    Starts no thread, initialises no device and runs no `backward`, so that forking is safe.
    """
    with SimulatedAccelerator() as accelerator:
        first = torch.zeros(2, 2, device=accelerator.device())
        (first @ first + 1).cpu()
        repr(first)
