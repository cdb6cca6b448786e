"""Dispatched ops on the simulated accelerator.

Owns what happens below torch's functions and autograd; leaves the functions themselves to
`accelerator`, and the rule that devices do not mix to `accelerator_mixing`.
"""

# ruff: noqa: ANN401 - what torch hands over here has no common type
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from quizapp.judge.accelerator_mixing import refuse_mixing
from quizapp.judge.accelerator_tensor import (
    CPU,
    Arguments,
    Options,
    SimulatedTensor,
    UnsupportedError,
    wrap,
)

_TENSORS = frozenset({"Tensor", "Optional[Tensor]"})
_LISTS = frozenset({"List[Tensor]", "List[Optional[Tensor]]"})
_NoFunctions: Any = torch._C.DisableTorchFunction
_DETACH = torch.ops.aten.detach.default
_CROSSING = frozenset({"aten::copy_", "aten::copy", "aten::_to_copy"})
"""Ops that are there to cross from one device to the other."""
_ON_CPU = {"aten::_pack_padded_sequence": 1}
"""Results, by position, that stay on the CPU."""
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
        tensors: positions of the arguments that are tensors, or may be.
        lists: of those that are lists of tensors.
        written: arguments (position, name) that it writes and returns; empty if it makes new ones.
        in_place: whether it writes and returns its first argument, and nothing else.
        crosses: whether it is there to move values from one device to the other.
        on_cpu: which of its results stays on the CPU; None as a rule.
        in_place_view: whether it changes the shape of its first argument in place.
    """

    __slots__ = (
        "call", "crosses", "in_place", "in_place_view", "lists", "names", "on_cpu", "tensors",
        "written",
    )  # fmt: skip

    def __init__(self, func: Any) -> None:
        schema = func._schema
        name = schema.name
        if name in _REFUSED:
            raise UnsupportedError(_REFUSED[name])
        self.call = func._op
        self.names: list[str] = [argument.name for argument in schema.arguments]
        kinds = [str(argument.type) for argument in schema.arguments]
        self.tensors = [at for at, kind in enumerate(kinds) if kind in _TENSORS]
        self.lists = [at for at, kind in enumerate(kinds) if kind in _LISTS]
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
        self.on_cpu = _ON_CPU.get(name)
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
    # In a backward pass the mode for functions is on, and would see each `held.shape` below.
    with _NoFunctions():
        if func is _DETACH:  # a fifth of all ops in training; the wrapper alone carries gradients
            return wrap(args[0]._held)
        plan = _plans.get(func) or _plan(func)
        held, foreign = _unpack(plan, args)
        options: dict[str, Any] = {}
        onto_device = True
        if kwargs:
            onto_device, seen = _unpack_options(kwargs, options)
            foreign |= seen
        if (foreign or plan.on_cpu is not None) and not plan.crosses and "device" not in options:
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
        return wrap(result) if type(result) is torch.Tensor else _wrap_all(result, plan.on_cpu)


def _unpack(plan: _Plan, args: Arguments) -> tuple[list[Any], bool]:
    """The arguments with CPU tensors for device tensors, and whether there were CPU tensors."""
    held = list(args)
    count = len(held)
    foreign = False
    for position in plan.tensors:
        if position >= count:
            break
        argument = held[position]
        if type(argument) is SimulatedTensor:
            held[position] = argument._held
        elif argument is not None and isinstance(argument, torch.Tensor):
            foreign = True
    for position in plan.lists:
        if position < count and held[position] is not None:
            held[position], seen = _unpack_list(held[position])
            foreign |= seen
    return held, foreign


def _unpack_list(values: Sequence[Any]) -> tuple[list[Any], bool]:
    held = [value._held if type(value) is SimulatedTensor else value for value in values]
    mixed = (type(v) is not SimulatedTensor and isinstance(v, torch.Tensor) for v in values)
    return held, any(mixed)


def _unpack_options(kwargs: Options, options: dict[str, Any]) -> tuple[bool, bool]:
    """Fill `options`; return whether the result is for the device, and whether CPU is seen."""
    onto_device, foreign = True, False
    for name, value in kwargs.items():
        if type(value) is SimulatedTensor:
            options[name] = value._held
        elif type(value) is list:
            options[name], seen = _unpack_list(value)
            foreign |= seen
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


def _wrap_all(result: Any, on_cpu: int | None = None) -> Any:
    """Results as device tensors, but for the one at position `on_cpu`."""
    if type(result) is torch.Tensor:
        return wrap(result)
    if isinstance(result, list | tuple):
        parts = enumerate(result)
        return type(result)(part if at == on_cpu else _wrap_all(part) for at, part in parts)
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


def _refuse_mixing(func: Any, plan: _Plan, args: Arguments, kwargs: Options) -> None:
    named = [*zip(plan.names, args, strict=False), *kwargs.items()]
    refuse_mixing(func, named, frozenset(name for _, name in plan.written))


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
