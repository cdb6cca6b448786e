"""What a real accelerator needs of the sandbox. Owns that choice; leaves granting to `isolation`.

Only for tasks that run on an accelerator, where torch is a CUDA build and the driver's device files
exist. The driver maps far more addresses than it uses memory, so the limit is then put on what a
process may write to (RLIMIT_DATA). Not tested on a real GPU.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_DEVICES = (
    *("dev/nvidiactl", "dev/nvidia-uvm", "dev/nvidia-uvm-tools", "dev/nvidia[0-9]*"),
    *("dev/nvidia-caps/*", "dev/dxg"),
)
# What the driver's library reads: its own settings, processors, memory, buses.
_READ = (
    *("proc/driver/nvidia", "proc/devices", "proc/cpuinfo", "proc/meminfo", "proc/version"),
    *("proc/sys/vm", "sys/devices", "sys/bus/pci", "sys/module/nvidia*"),
    *("usr/local/cuda*", "usr/local/nvidia", "usr/lib/wsl", "etc/nvidia", "usr/share/nvidia"),
)
_CARD = re.compile(r"/dev/nvidia\d+|/dev/dxg")
_CONTEXT_MB = 4096
"""What a CUDA context, its libraries and pinned buffers take of the host's memory, at most."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a task on the device gets besides what all get.

    Attributes:
        devices: files to read, write and send requests to.
        readable: files and folders to read.
        extra_memory_mb: on top of the task's own limit.
    """

    devices: tuple[str, ...]
    readable: tuple[str, ...]
    extra_memory_mb: int = _CONTEXT_MB

    def places(self) -> tuple[str, ...]:
        """What a file tree of its own must hold; /proc and /sys can only be had whole."""
        whole = {f"/{Path(path).parts[1]}" for path in self.readable if _is_of_kernel(path)}
        return (*self.devices, *whole, *(path for path in self.readable if not _is_of_kernel(path)))


def needs(cuda: str | None, root: Path = Path("/")) -> Needs | None:
    """What this machine's accelerator needs; None where there is none that torch could use.

    Args:
        cuda: the CUDA version that torch was built for; None for a build without.
        root: where the machine's files are.
    """
    if cuda is None:
        return None
    devices = _found(_DEVICES, root)
    if not any(_CARD.fullmatch(path) for path in devices):  # the control file alone is no card
        return None
    return Needs(devices, _found(_READ, root))


def _found(patterns: tuple[str, ...], root: Path) -> tuple[str, ...]:
    return tuple(
        f"/{path.relative_to(root)}" for pattern in patterns for path in sorted(root.glob(pattern))
    )


def _is_of_kernel(path: str) -> bool:
    return Path(path).parts[1] in ("proc", "sys")
