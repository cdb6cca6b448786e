"""Dispatched ops on the simulated accelerator, and the rule that devices do not mix.

Owns what happens below torch's functions and autograd; leaves the functions themselves to
`accelerator`.
"""

# ruff: noqa: ANN401 - what torch hands over here has no common type
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from quizapp.judge.accelerator_tensor import (
    CPU,
    DEVICE,
    Arguments,
    Options,
    SimulatedTensor,
    UnsupportedError,
    wrap,
)

_DETACH = torch.ops.aten.detach.default
_CROSSING = frozenset({"aten::copy_", "aten::copy", "aten::_to_copy"})
"""Ops that are there to cross from one device to the other."""
_INDEXING = frozenset(
    {"aten::index", "aten::index_put", "aten::index_put_", "aten::_index_put_impl_"}
)
_JOINING = frozenset({"aten::cat", "aten::stack"})
_REFUSED = {
    "aten::set_": "set_()",
    "aten::resize_": "resize_()",
    "aten::_pin_memory": "pinned memory",
    "aten::to_sparse": "sparse tensors",
}


class _Plan:
    """What is known about an op from its schema, looked up once.

    Attributes:
        call: the op itself.
        names: of its arguments, by position.
        written: arguments (position, name) that it writes and returns; empty if it makes new ones.
        in_place: whether it writes and returns its first argument, and nothing else.
        crosses: whether it is there to move values from one device to the other.
        indexes: whether some of its arguments are indices.
        joins: whether it joins a list of tensors.
        in_place_view: whether it changes the shape of its first argument in place.
    """

    __slots__ = (
        "call", "crosses", "in_place", "in_place_view", "indexes", "joins", "names", "written",
    )  # fmt: skip

    def __init__(self, func: Any) -> None:
        schema = func._schema
        name = schema.name
        if name in _REFUSED:
            raise UnsupportedError(_REFUSED[name])
        self.call = func._op
        self.names: list[str] = [argument.name for argument in schema.arguments]
        aliases = {
            alias: (position, argument.name)
            for position, argument in enumerate(schema.arguments)
            if argument.alias_info is not None and argument.alias_info.is_write
            for alias in argument.alias_info.before_set
        }
        self.written: list[tuple[int, str]] = [
            aliases[next(iter(result.alias_info.before_set))]
            for result in schema.returns
            if result.alias_info is not None and result.alias_info.is_write
        ]
        self.in_place = [position for position, _ in self.written] == [0]
        self.crosses = name in _CROSSING
        self.indexes = name in _INDEXING
        self.joins = name in _JOINING
        self.in_place_view = torch.Tag.inplace_view in func.tags


_plans: dict[Any, _Plan] = {}


def _plan(func: Any) -> _Plan:
    found = _plans[func] = _Plan(func)
    return found


def run(func: Any, args: Arguments, kwargs: Options | None) -> Any:
    """Run a dispatched op on the CPU tensors behind its arguments.

    Called for every op with a device tensor among its arguments, so written for speed: the
    common case is positional tensors in, one new tensor out.

    Raises:
        RuntimeError: tensors of both devices that must not be mixed.
        UnsupportedError: the op is not to be had on the simulated accelerator.
    """
    if func is _DETACH:  # a fifth of all ops in training; the wrapper alone carries gradients
        return wrap(args[0]._held)
    plan = _plans.get(func) or _plan(func)
    held: list[Any] = []
    foreign = False
    for argument in args:
        kind = type(argument)
        if kind is SimulatedTensor:
            held.append(argument._held)
        elif kind is list or kind is tuple:
            foreign |= _unpack_list(argument, held)
        else:
            foreign = foreign or isinstance(argument, torch.Tensor)
            held.append(argument)
    onto_device = True
    options: dict[str, Any] = {}
    if kwargs:
        onto_device, seen = _unpack_options(kwargs, options)
        foreign |= seen
    if foreign and not plan.crosses and "device" not in options:
        _refuse_mixing(func, plan, args, kwargs or {})
    if plan.in_place_view:
        return _change_view(func, args, options, held)
    result = plan.call(*held, **options)
    if plan.in_place:
        return args[0]
    if plan.written:
        return _written(plan, result, args, kwargs or {})
    if not onto_device:
        return result
    return wrap(result) if type(result) is torch.Tensor else _wrap_all(result)


def _unpack_list(values: Sequence[Any], held: list[Any]) -> bool:
    """Append the list with device tensors unpacked; return whether CPU tensors are in it."""
    held.append([v._held if type(v) is SimulatedTensor else v for v in values])
    return any(type(v) is not SimulatedTensor and isinstance(v, torch.Tensor) for v in values)


def _unpack_options(kwargs: Options, options: dict[str, Any]) -> tuple[bool, bool]:
    """Fill `options`; return whether the result is for the device, and whether CPU is seen."""
    onto_device, foreign = True, False
    for name, value in kwargs.items():
        if type(value) is SimulatedTensor:
            options[name] = value._held
        elif name == "device":
            if value is not None:
                onto_device = _on_accelerator(value)
                options[name] = CPU
        elif name != "pin_memory":
            foreign |= isinstance(value, torch.Tensor)
            options[name] = value
    return onto_device, foreign


def _on_accelerator(device: torch.device) -> bool:
    return device.type in ("meta", "cuda")


def _wrap_all(result: Any) -> Any:
    if type(result) is torch.Tensor:
        return wrap(result)
    if isinstance(result, list | tuple):
        return type(result)(_wrap_all(part) for part in result)
    return result


def _written(plan: _Plan, result: Any, args: Arguments, kwargs: Options) -> Any:
    """The arguments that an in-place or `out=` op has written, as they were passed."""
    targets = [
        args[position] if position < len(args) else kwargs[name] for position, name in plan.written
    ]
    for target in targets:
        if type(target) is SimulatedTensor and target._held.shape != target.shape:
            raise UnsupportedError(
                "out= with a tensor of another shape", "let it return the result"
            )
    return targets[0] if isinstance(result, torch.Tensor) else tuple(targets)


def _change_view(func: Any, args: Arguments, options: Options, held: list[Any]) -> Any:
    """An op such as `t_` that changes shape in place: the wrapper's own and the held one's."""
    target = args[0]
    if type(target) is not SimulatedTensor:
        return func(*held, **options)
    target._held = target._held.detach()
    func(target._held, *held[1:], **options)
    with torch._C._DisableTorchDispatch():
        func(*args, **options)
    return target


# --- devices do not mix --------------------------------------------------------------------


def _refuse_mixing(func: Any, plan: _Plan, args: Arguments, kwargs: Options) -> None:
    """Raise as the real device does, unless the CPU tensors among the arguments are allowed.

    Allowed are indices, and tensors without axes that are only read.
    """
    named = [*zip(plan.names, args, strict=False), *kwargs.items()]
    subject = next((value for _, value in named if isinstance(value, torch.Tensor)), None)
    changed = {name for _, name in plan.written}
    if plan.indexes and type(subject) is not SimulatedTensor and _any_simulated(args[1]):
        raise RuntimeError(
            "indices should be either on cpu or on the same device as the indexed tensor (cpu)"
        )
    for name, value in named:
        if plan.indexes and name == "indices":
            continue
        for part in value if isinstance(value, list | tuple) else (value,):
            if type(part) is SimulatedTensor or not isinstance(part, torch.Tensor):
                continue
            if part.dim() or name in changed or plan.joins:
                raise RuntimeError(_mixing(func, name, args))


def _any_simulated(values: Any) -> bool:
    return any(type(value) is SimulatedTensor for value in values)


def _mixing(func: Any, name: str, args: Arguments) -> str:
    operation = func._schema.name.removeprefix("aten::")
    message = (
        "Expected all tensors to be on the same device, but found at least two devices, "
        f"{DEVICE} and cpu!"
    )
    if operation == "convolution":
        image, weight = (part.type() for part in args[:2])
        return f"{message} Input type ({image}) and weight type ({weight}) should be the same"
    return f"{message} (when checking argument for argument {name} in method {operation})"


_composites: dict[Any, bool] = {}


def _is_composite(func: Any) -> bool:
    found = _composites.get(func)
    if found is None:
        found = _composites[func] = torch._C._dispatch_has_kernel_for_dispatch_key(
            func.name(), "CompositeImplicitAutograd"
        )
    return found


class Ops(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Runs every dispatched op that touches the device; lets all others through."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # Otherwise torch imports its compiler (1 s) and adds 5 µs to each op, to keep the
        # compiler out of here; `torch.compile` is refused anyway.
        return False

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: Arguments = (),
        kwargs: Options | None = None,
    ) -> Any:
        if torch.is_inference_mode_enabled() and _is_composite(func):
            # There torch takes functions such as `linear` and `to` apart only when asked.
            with self:
                return func.decompose(*args, **(kwargs or {}))
        if SimulatedTensor in types:
            return run(func, args, kwargs)
        if not kwargs:
            return func(*args)
        device = kwargs.get("device")
        if device is not None and _on_accelerator(device):
            return run(func, args, kwargs)
        return func(*args, **kwargs)


SimulatedTensor.run_op = staticmethod(run)
