"""What a check finds around it, as one before it may have left it. Owns putting that back.

Settings of torch go back to what they were before the submission was loaded, since a check makes
its inputs by them; settings of the process to what they were once it was loaded, since it may rely
on its own, such as a recursion limit. Random generators are left to `running`, which seeds them,
what the submission's own names hold to `leftovers`.
"""

from __future__ import annotations

import decimal
import gc
import locale
import os
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

_kept_open: list[object] = []


@dataclass(frozen=True, slots=True)
class _Setting:
    """One thing that a check may change: how to read it and how to put it back.

    The functions are taken when this module is imported, before a submission can replace them.
    """

    read: Callable[[], Any]
    write: Callable[[Any], object]


def _leave_inference_mode(_: bool) -> None:
    mode = torch.inference_mode(False)
    mode.__enter__()
    _kept_open.append(mode)  # it would end with the object


def _default_device() -> object:
    context = getattr(torch._GLOBAL_DEVICE_CONTEXT, "device_context", None)
    return None if context is None else context.device


def _set_environment(kept: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(kept)


def _filters() -> list[Any]:
    return list(warnings.filters)


def _set_filters(kept: list[Any]) -> None:
    # Through the module's own way, which also forgets what it has shown once.
    warnings.resetwarnings()
    warnings.filters.extend(kept)  # type: ignore[attr-defined]


def _set_gc(kept: tuple[bool, tuple[int, int, int]]) -> None:
    (gc.enable if kept[0] else gc.disable)()
    gc.set_threshold(*kept[1])


_TORCH = (
    _Setting(torch.is_inference_mode_enabled, _leave_inference_mode),
    _Setting(torch.is_grad_enabled, torch._C._set_grad_enabled),
    _Setting(torch.get_default_dtype, torch.set_default_dtype),
    _Setting(_default_device, torch.set_default_device),
    _Setting(torch.get_num_threads, torch.set_num_threads),
    _Setting(torch.is_anomaly_enabled, torch.set_anomaly_enabled),
    _Setting(
        lambda: (
            torch.are_deterministic_algorithms_enabled(),
            torch.is_deterministic_algorithms_warn_only_enabled(),
        ),
        lambda kept: torch.use_deterministic_algorithms(kept[0], warn_only=kept[1]),
    ),
    _Setting(torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    _Setting(
        lambda: torch.is_autocast_enabled("cpu"),
        lambda kept: torch.set_autocast_enabled("cpu", kept),
    ),
    _Setting(
        lambda: torch.is_autocast_enabled("cuda"),
        lambda kept: torch.set_autocast_enabled("cuda", kept),
    ),
    _Setting(
        lambda: torch.get_autocast_dtype("cpu"), lambda kept: torch.set_autocast_dtype("cpu", kept)
    ),
    _Setting(np.geterr, lambda kept: np.seterr(**kept)),
)
_PROCESS = (
    _Setting(os.environ.copy, _set_environment),
    _Setting(os.getcwd, os.chdir),
    _Setting(sys.getrecursionlimit, sys.setrecursionlimit),
    _Setting(sys.getswitchinterval, sys.setswitchinterval),
    _Setting(sys.get_int_max_str_digits, sys.set_int_max_str_digits),
    _Setting(sys.gettrace, sys.settrace),
    _Setting(sys.getprofile, sys.setprofile),
    _Setting(_filters, _set_filters),
    _Setting(lambda: (gc.isenabled(), gc.get_threshold()), _set_gc),
    _Setting(
        lambda: repr(decimal.getcontext()),
        lambda _: decimal.setcontext(decimal.DefaultContext.copy()),
    ),
    _Setting(
        lambda: locale.setlocale(locale.LC_ALL), lambda kept: locale.setlocale(locale.LC_ALL, kept)
    ),
)


def _beyond_mending() -> tuple[int, int, int]:
    """What can be noticed, but not undone: threads that run on, modes that were never left."""
    return (
        threading.active_count(),
        torch._C._len_torch_dispatch_stack(),
        torch._C._len_torch_function_stack(),
    )


class Surroundings:
    """The settings of this process; made before the submission is loaded."""

    def __init__(self) -> None:
        """Note what torch's settings are."""
        self._kept = [(setting, setting.read()) for setting in _TORCH]
        self._alive = 0, 0, 0

    def settle(self) -> None:
        """Note what those of the process are, once the submission is loaded."""
        self._kept += [(setting, setting.read()) for setting in _PROCESS]
        self.restore()
        self._alive = _beyond_mending()

    def restore(self) -> bool:
        """Put back what has changed; whether all is now as it was.

        Reading all settings costs about 20 µs; only what has changed is written.
        """
        whole = True
        for setting, kept in self._kept:
            try:
                if setting.read() != kept:
                    setting.write(kept)
            except Exception:  # such as a working folder that is gone
                whole = False
        return whole and _beyond_mending() == self._alive
