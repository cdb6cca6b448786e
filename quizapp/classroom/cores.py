"""How many cores this process may use. Owns asking; leaves what to do with them to grading.

A machine has more than a container or a batch job is given: the affinity mask and the quota of the
control group count, too. Python 3.13 knows the first as `os.process_cpu_count`.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def usable_cores(root: Path = Path("/")) -> int:
    """Cores that can be busy at once, at least 1; part of a core counts as one.

    Args:
        root: where `proc` and `sys` are mounted.
    """
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    quota = min(_quotas(root), default=math.inf)
    return max(1, math.ceil(min(cores, quota)))


def _quotas(root: Path) -> Iterator[float]:
    """Cores granted by each control group from ours up to the top; see cgroups(7), cpu.max."""
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        groups = root / "sys/fs/cgroup"
        if controllers and "cpu" not in controllers.split(","):
            continue
        folder = groups / controllers if controllers else groups
        parts = [part for part in path.split("/") if part not in ("", "..")]
        for depth in range(len(parts) + 1):
            yield from _quota(folder.joinpath(*parts[:depth]))


def _quota(group: Path) -> Iterator[float]:
    """Of one group: `cpu.max` of version 2, or the two files of version 1."""
    words = _read(group / "cpu.max").split()
    words = words or [_read(group / f"cpu.cfs_{name}_us") for name in ("quota", "period")]
    with suppress(ValueError, IndexError, ZeroDivisionError):
        granted = int(words[0]) / int(words[1])
        if granted > 0:
            yield granted


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
