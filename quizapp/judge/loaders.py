"""Data loaders in the sandbox. Owns what becomes of their workers: there are no processes for them.

`DataLoader(…, num_workers=2)` is what every tutorial writes, and how the batches come about is no
part of any task. So a loader here does itself what its workers would do; the batches are the same.
"""

from __future__ import annotations

import functools
import inspect
from typing import Any

from torch.utils.data import DataLoader

_ABOUT_WORKERS = {
    "num_workers": 0,
    "multiprocessing_context": None,
    "prefetch_factor": None,
    "persistent_workers": False,
    "timeout": 0,
    "worker_init_fn": None,
}


def work_in_this_process() -> None:
    """Have every loader that is made from here on do without workers. Costs nothing twice."""
    make: Any = DataLoader.__init__
    if hasattr(make, "__wrapped__"):
        return
    signature = inspect.signature(make)

    @functools.wraps(make)
    def without_workers(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        try:
            given = signature.bind(*args, **kwargs)
        except TypeError:  # torch says it better
            make(*args, **kwargs)
            return
        if given.arguments.get("num_workers"):
            given.arguments |= {
                name: value for name, value in _ABOUT_WORKERS.items() if name in given.arguments
            }
        make(*given.args, **given.kwargs)

    DataLoader.__init__ = without_workers  # type: ignore[method-assign]
