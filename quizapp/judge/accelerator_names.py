"""What `torch.cuda` and its neighbours say while the simulated accelerator is entered.

Owns the names that are replaced and their return; leaves tensors and ops to `accelerator`.
"""

# ruff: noqa: ANN401 - what torch hands over here has no common type
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, NoReturn

import torch

from quizapp.judge import accelerator_files
from quizapp.judge.accelerator_runtime import (
    NAME,
    Event,
    Memory,
    Stream,
    StreamScope,
    properties,
)
from quizapp.judge.accelerator_tensor import (
    DEVICE,
    META,
    SimulatedTensor,
    UnsupportedError,
    device_index,
    exchange,
)

_MISSING = object()


_Generator = torch.Generator


class _GeneratorName(type(torch.Generator)):  # type: ignore[misc]
    """Lets `torch.Generator()` make, and `isinstance` know, ordinary generators, too."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _Generator)

    def __call__(cls, device: Any = "cpu") -> torch.Generator:
        if torch.device(device).type != "cuda":
            return _Generator(device)
        device_index(device)
        made: torch.Generator = cls.__new__(cls, "cpu")  # type: ignore[call-arg]
        return made


class SimulatedGenerator(torch.Generator, metaclass=_GeneratorName):
    """`torch.Generator(device="cuda")`: draws the numbers that a CPU generator would."""

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        """`cuda:0`."""
        return DEVICE


_KINDS = ("Float", "Double", "Half", "BFloat16", "Byte", "Char", "Short", "Int", "Long", "Bool")


class _LegacyType(type):
    """`torch.cuda.FloatTensor` and its kin: a constructor, and a name for `isinstance`."""

    dtype: torch.dtype
    plain: Any

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, SimulatedTensor) and instance.dtype is cls.dtype

    def __call__(cls, *args: Any) -> Any:
        return cls.plain(*args).to(META)


def _legacy_types() -> Iterator[tuple[Any, str, Any]]:
    for kind in _KINDS:
        plain = getattr(torch, f"{kind}Tensor")
        body = {"dtype": plain.dtype, "plain": plain, "__module__": "torch.cuda"}
        yield torch.cuda, f"{kind}Tensor", _LegacyType(f"{kind}Tensor", (), body)


class _DeviceScope:
    """`with torch.cuda.device(0):`; there is one device only, so nothing to switch."""

    def __init__(self, device: Any) -> None:
        self.idx = device_index(device)

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


def _answer(value: Any) -> Callable[..., Any]:
    def answer(*_: Any, **__: Any) -> Any:
        return value

    return answer


def _refuse(what: str, remedy: str = "") -> Callable[..., NoReturn]:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise UnsupportedError(what, remedy)

    return refuse


def _name_of(device: Any = None) -> str:
    device_index(device)
    return NAME


def _select(device: Any) -> None:
    device_index(device)


def _seed(seed: int) -> None:
    # One stream of random numbers for both devices: the same seed gives on the device what it
    # gives on the CPU, which the real device does not promise.
    torch.default_generator.manual_seed(int(seed))


def _keeping_identity(original: Callable[..., Any]) -> Callable[..., Any]:
    """`nn.Module._apply`, with each Parameter object kept, as a move to the real device does."""

    def apply(module: torch.nn.Module, fn: Callable[..., Any], recurse: bool = True) -> Any:
        before = torch.__future__.get_swap_module_params_on_conversion()
        torch.__future__.set_swap_module_params_on_conversion(True)
        try:
            return original(module, fn, recurse)
        finally:
            torch.__future__.set_swap_module_params_on_conversion(before)

    return apply


def _cuda_names() -> dict[str, Any]:
    nothing, zero, memory, stream = _answer(None), _answer(0), Memory(), _answer(Stream())
    return {
        "is_available": _answer(True),
        "is_initialized": _answer(True),
        "_lazy_init": nothing,
        "init": nothing,
        "_is_in_bad_fork": _answer(False),
        "device_count": _answer(1),
        "current_device": zero,
        "set_device": _select,
        "device": _DeviceScope,
        "get_device_name": _name_of,
        "get_device_capability": _refuse("compute capabilities"),
        "get_device_properties": properties,
        "synchronize": nothing,
        "empty_cache": nothing,
        "manual_seed": _seed,
        "manual_seed_all": _seed,
        "seed": _answer(None),
        "seed_all": _answer(None),
        "get_rng_state": lambda _device=None: torch.get_rng_state(),
        "set_rng_state": lambda state, _device=None: torch.set_rng_state(state),
        "memory_allocated": memory.allocated,
        "memory_reserved": memory.allocated,
        "max_memory_allocated": memory.peak,
        "max_memory_reserved": memory.peak,
        "reset_peak_memory_stats": memory.forget_peak,
        "reset_max_memory_allocated": memory.forget_peak,
        "mem_get_info": memory.free_and_total,
        "memory_summary": _refuse("memory statistics", "ask torch.cuda.memory_allocated()"),
        "memory_stats": _refuse("memory statistics", "ask torch.cuda.memory_allocated()"),
        "is_bf16_supported": _answer(True),
        "ipc_collect": nothing,
        "Stream": Stream,
        "stream": StreamScope,
        "current_stream": stream,
        "default_stream": stream,
        "set_stream": nothing,
        "is_current_stream_capturing": _answer(False),
        "Event": Event,
        "CUDAGraph": _refuse("CUDA graphs"),
        "graph": _refuse("CUDA graphs"),
    }


def _replacements() -> Iterator[tuple[Any, str, Any]]:
    for name, value in _cuda_names().items():
        yield torch.cuda, name, value
    yield from _legacy_types()
    yield torch.accelerator, "is_available", _answer(True)
    yield torch.accelerator, "device_count", _answer(1)
    yield torch.accelerator, "current_accelerator", _answer(torch.device("cuda"))
    yield torch.accelerator, "current_device_index", _answer(0)
    yield torch.accelerator, "set_device_index", _select
    yield torch.accelerator, "synchronize", _answer(None)
    yield torch.accelerator, "current_stream", _answer(Stream())
    yield torch.backends.cudnn, "is_acceptable", _answer(False)
    yield torch, "Generator", SimulatedGenerator
    yield torch, "compile", _refuse("torch.compile", "leave it out: the result is the same")
    remedy = 'use torch.set_default_device("cuda")'
    yield torch, "set_default_tensor_type", _refuse("set_default_tensor_type", remedy)
    yield torch, "save", accelerator_files.saving(torch.save)
    yield torch, "load", accelerator_files.loading(torch.load)
    yield torch.utils, "swap_tensors", exchange
    yield torch.nn.Module, "_apply", _keeping_identity(torch.nn.Module._apply)
    yield torch.nn.DataParallel, "__init__", _refuse("DataParallel", "call the model itself")


@contextmanager
def patched(more: Iterable[tuple[Any, str, Any]] = ()) -> Iterator[None]:
    """Every name replaced, and `more` (owner, name, value); put back at the end, come what may."""
    before: list[tuple[Any, str, Any]] = []
    try:
        for owner, name, value in [*_replacements(), *more]:
            before.append((owner, name, owner.__dict__.get(name, _MISSING)))
            setattr(owner, name, value)
        yield
    finally:
        for owner, name, value in reversed(before):
            if value is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, value)
