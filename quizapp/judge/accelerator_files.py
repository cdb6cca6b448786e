"""`torch.save` and `torch.load` of tensors on the simulated accelerator.

A file written here is what the real device would have written: it says `cuda:0`, can be loaded
elsewhere with `map_location="cpu"`, and says so when it is loaded without. Owns the marks that
say which storages are on the device; leaves the file format to torch.
"""

# ruff: noqa: ANN401 - what torch hands over here has no common type
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from quizapp.judge.accelerator_tensor import DEVICE, SimulatedTensor, wrap

_saving: list[set[int]] = []
"""The storages on the device that the running `torch.save` has met; innermost call last."""


def reduce(tensor: SimulatedTensor, protocol: Any) -> tuple[Any, ...]:
    """How a device tensor is pickled: inside `torch.save` as the real one, else as a whole."""
    if isinstance(tensor, torch.nn.Parameter):
        data = tensor.detach()
        return torch._utils._rebuild_parameter, (data, tensor.requires_grad, {})
    held = tensor._held
    if not _saving:
        return restore, (held, tensor.requires_grad)
    _saving[-1].add(held.untyped_storage()._cdata)
    rebuild, arguments = held.__reduce_ex__(protocol)  # type: ignore[no-untyped-call]
    storage, offset, size, stride, _, hooks = arguments
    return rebuild, (storage, offset, size, stride, tensor.requires_grad, hooks)


def restore(held: torch.Tensor, requires_grad: bool) -> torch.Tensor:
    """Unpickle a device tensor that was not written by `torch.save`."""
    return wrap(held).requires_grad_(requires_grad)


def saving(original: Callable[..., None]) -> Callable[..., None]:
    """`torch.save` that writes `cuda:0` beside the storages of device tensors."""

    def save(*args: Any, **kwargs: Any) -> None:
        tag = torch.serialization.location_tag
        marks: set[int] = set()

        def location_tag(storage: Any) -> Any:
            untyped = getattr(storage, "_untyped_storage", storage)
            return str(DEVICE) if untyped._cdata in marks else tag(storage)

        _saving.append(marks)
        torch.serialization.location_tag = location_tag
        try:
            original(*args, **kwargs)
        finally:
            torch.serialization.location_tag = tag
            _saving.pop()

    return save


def loading(original: Callable[..., Any]) -> Callable[..., Any]:
    """`torch.load` that puts onto the device what the file or `map_location` says."""

    def load(f: Any, map_location: Any = None, *args: Any, **kwargs: Any) -> Any:
        marks: set[int] = set()

        def place(storage: Any, location: str) -> Any:
            target = _target(storage, location, map_location)
            if not isinstance(target, str):
                return target
            if target.startswith("cuda"):
                _require_device(target)
                marks.add(storage._cdata)
                return storage
            restore = torch.serialization.default_restore_location
            return restore(storage, target)  # type: ignore[no-untyped-call]

        return _onto_device(original(f, place, *args, **kwargs), marks, {})

    return load


def _require_device(location: str) -> None:
    index = torch.device(location).index or 0
    if index:
        raise RuntimeError(
            f"Attempting to deserialize object on CUDA device {index} but "
            "torch.cuda.device_count() is 1. Please use torch.load with map_location to map your "
            "storages to an existing device."
        )


def _target(storage: Any, location: str, map_location: Any) -> Any:
    """Where `storage` goes: a location, or the storage that a function has made of it."""
    if map_location is None:
        return location
    if isinstance(map_location, dict):
        return str(map_location.get(location, location))
    if isinstance(map_location, str | torch.device):
        return str(map_location)
    moved = map_location(storage, location)
    return location if moved is None else moved


def _onto_device(value: Any, marks: set[int], done: dict[int, Any]) -> Any:
    """`value` with the tensors on marked storages replaced, in containers and modules."""
    if id(value) in done:
        return done[id(value)][1]
    result = value
    if isinstance(value, torch.Tensor):
        if type(value) is not SimulatedTensor and value.untyped_storage()._cdata in marks:
            moved = wrap(value.detach()).requires_grad_(value.requires_grad)
            is_parameter = isinstance(value, torch.nn.Parameter)
            result = torch.nn.Parameter(moved, value.requires_grad) if is_parameter else moved
    elif isinstance(value, torch.nn.Module):
        for module in value.modules():
            _onto_device(module._parameters, marks, done)
            _onto_device(module._buffers, marks, done)
    elif isinstance(value, dict):
        for key in value:
            value[key] = _onto_device(value[key], marks, done)
    elif isinstance(value, list):
        value[:] = [_onto_device(part, marks, done) for part in value]
    elif type(value) is tuple:
        result = tuple(_onto_device(part, marks, done) for part in value)
    done[id(value)] = value, result  # the value, too: its id must stay taken
    return result


SimulatedTensor.reduced = staticmethod(reduce)
