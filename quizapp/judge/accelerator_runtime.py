"""Streams, events, memory and properties of the simulated accelerator.

Owns what a program can ask of a device besides computing on it. Every op has ended when its call
returns, so streams have nothing to order and events are points on the clock.
"""

# ruff: noqa: ANN401 - what torch hands over here has no common type
from __future__ import annotations

import gc
import os
import time
from types import TracebackType
from typing import Any

import torch

from quizapp.judge.accelerator_tensor import (
    DEVICE,
    SimulatedTensor,
    UnsupportedError,
    device_index,
)

NAME = "Simulated CUDA device (runs on the CPU)"
_BLOCK = 512  # bytes: torch's allocator hands out nothing smaller, and multiples of it
# Asked before any fork: a sandbox may refuse it.
_TOTAL_BYTES = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


class Stream:
    """A stream; all are the same one."""

    device = DEVICE

    def __init__(self, device: Any = None, priority: int = 0, **_: Any) -> None:
        device_index(device)
        self.priority = priority

    def is_capturing(self) -> bool:
        """False: graphs are not simulated."""
        return False

    def query(self) -> bool:
        """True: nothing is ever under way."""
        return True

    def synchronize(self) -> None:
        """Nothing to wait for."""

    def wait_stream(self, stream: Any) -> None:
        """Nothing to wait for."""

    def wait_event(self, event: Any) -> None:
        """Nothing to wait for."""

    def record_event(self, event: Event | None = None) -> Event:
        """`event`, or a new one, with the time of now."""
        event = event or Event()
        event.record(self)
        return event


class Event:
    """A point in time.

    Raises, in `elapsed_time`:
        ValueError: one of the two was not recorded, or was made without timing; as in torch.
    """

    def __init__(
        self,
        enable_timing: bool = False,
        blocking: bool = False,  # noqa: ARG002 - torch's own names
        interprocess: bool = False,
    ) -> None:
        if interprocess:
            raise UnsupportedError("sharing events between processes")
        self._timed = enable_timing
        self._at: float | None = None

    def record(self, _stream: Any = None) -> None:
        """Take the time."""
        self._at = time.perf_counter()

    def elapsed_time(self, end_event: Event) -> float:
        """Milliseconds from this event to `end_event`."""
        if not (self._timed and end_event._timed):
            raise ValueError("Both events must be created with argument 'enable_timing=True'.")
        if self._at is None or end_event._at is None:
            raise ValueError("Both events must be recorded before calculating elapsed time.")
        return (end_event._at - self._at) * 1000

    def query(self) -> bool:
        """True: all that was recorded has ended."""
        return True

    def synchronize(self) -> None:
        """Nothing to wait for."""

    def wait(self, _stream: Any = None) -> None:
        """Nothing to wait for."""


class StreamScope:
    """`with torch.cuda.stream(s):`; there is one stream only, so nothing to switch."""

    def __init__(self, _stream: Any) -> None:
        pass

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


class Properties:
    """What `torch.cuda.get_device_properties` gives: a name and the memory, which is the machine's.

    Raises:
        UnsupportedError: for anything that only a real card has.
    """

    name = NAME
    total_memory = _TOTAL_BYTES

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise UnsupportedError(f"the device property {name}")

    def __repr__(self) -> str:
        return f"_CudaDeviceProperties(name='{NAME}', total_memory={self.total_memory >> 20}MB)"


class Memory:
    """Bytes that device tensors take. The peak is the most that was there whenever it was asked."""

    def __init__(self) -> None:
        self._peak = 0

    def allocated(self, _device: Any = None) -> int:
        """Bytes now, in blocks as torch's allocator hands them out; shared memory counts once."""
        sizes = {
            storage.data_ptr(): storage.nbytes()
            for tensor in gc.get_objects()
            if type(tensor) is SimulatedTensor
            for storage in (tensor.untyped_storage(),)
        }
        found = sum(-(-size // _BLOCK) * _BLOCK for size in sizes.values())
        self._peak = max(self._peak, found)
        return found

    def peak(self, _device: Any = None) -> int:
        """The most that was seen when one of these was asked for; a real device misses nothing."""
        self.allocated()
        return self._peak

    def forget_peak(self, _device: Any = None) -> None:
        """Begin anew with what is there now."""
        self._peak = 0
        self.allocated()

    def free_and_total(self, _device: Any = None) -> tuple[int, int]:
        """As `torch.cuda.mem_get_info`."""
        return max(0, _TOTAL_BYTES - self.allocated()), _TOTAL_BYTES


def properties(device: Any = None) -> Properties:
    """As `torch.cuda.get_device_properties`."""
    device_index(device)
    return Properties()


def require_gradients_beside(outputs: Any, gradients: Any) -> None:
    """Raise, as torch's engine does, when a gradient lies on another device than its tensor."""
    for position, (output, gradient) in enumerate(zip(outputs, gradients, strict=False)):
        if not isinstance(gradient, torch.Tensor) or not gradient.dim():
            continue
        if (type(output) is SimulatedTensor) != (type(gradient) is SimulatedTensor):
            raise RuntimeError(
                f"invalid gradient at index {position} - expected device {output.device} but got "
                f"{gradient.device}"
            )
