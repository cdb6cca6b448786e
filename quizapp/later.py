"""Modules that are imported when something of them is first used.

Owns nothing else. For what most calls of the app never need, where an import inside each function
would say the same thing ten times.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module.

    Args:
        name: in full.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module holds
        return getattr(import_module(self._name), name)
