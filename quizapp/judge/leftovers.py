"""What a submission's names hold from one check to the next. Owns noticing that it has changed.

A learner's module may remember: a global that is rebound, a list that grows, weights that are
trained, a cache. A check that fails after such a change deserves a run of its own. Nothing is
decided here, and what is missed costs an honest learner no more than without this module.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
import random
import types
from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

_MOST_PARTS = 20_000
_MOST_BYTES = 1 << 16
_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes, type(...)})
_COUNTED = frozenset({list, tuple, set, frozenset, deque})
_SOURCES = (itertools.count, random.Random, torch.Generator, np.random.Generator)
_Cached = type(functools.lru_cache(lambda: None))
_CODE = (types.FunctionType, types.MethodType, type, functools.partial, _Cached)
_TENSORS = (torch.Tensor, torch.nn.Parameter)
_dict_of: Any = type.__dict__["__dict__"].__get__


class Leftovers:
    """What the names of a loaded submission hold; compared with what they hold later.

    Args:
        namespace: its globals.
        module: the name that its own functions and classes carry in `__module__`.
    """

    def __init__(self, namespace: dict[str, Any], module: str) -> None:
        self._namespace = namespace
        self._builtins = namespace.get("__builtins__")  # large, and not the submission's
        self._module = module
        self._alive: list[object] = []
        # What was there stays alive, so that no new object can have the address of an old one.
        self._before = list(self._tokens(self._alive))

    def have_changed(self) -> bool:
        """Whether anything differs from what was there at first. Never raises."""
        try:
            return list(self._tokens([])) != self._before
        except Exception:  # an object that answers differently each time, or a number that is NaN
            return True

    def _tokens(self, alive: list[object]) -> Iterator[object]:
        """Plain values in the order of the walk: equal for what has not changed."""
        seen: set[int] = {id(self._builtins)}
        waiting: list[object] = [self._namespace]
        while waiting and len(seen) < _MOST_PARTS:
            value: Any = waiting.pop()
            kind = type(value)
            if kind in _PLAIN:
                yield kind.__name__
                yield repr(value) if kind in (float, complex) else value  # NaN is not NaN
                continue
            yield id(value)
            if id(value) in seen:
                continue
            seen.add(id(value))
            alive.append(value)
            if kind is dict:
                yield len(value)
                waiting.extend(value.keys())
                waiting.extend(value.values())
            elif kind in _COUNTED:
                yield len(value)
                waiting.extend(value)
            elif isinstance(value, _CODE):
                yield from self._code_state(value, waiting)
            else:
                yield from self._state(value, waiting)

    def _code_state(self, value: Any, waiting: list[object]) -> Iterator[object]:  # noqa: ANN401
        """What goes with code: defaults, closures, caches, attributes; of its own code only."""
        if isinstance(value, types.MethodType):
            waiting.append(value.__self__)
        elif isinstance(value, functools.partial):
            waiting += [value.func, value.args, value.keywords]
        elif type(value) is _Cached:
            yield value.cache_info().currsize
            waiting.append(value.__wrapped__)
        elif value.__module__ != self._module:
            return
        elif isinstance(value, type):
            waiting.extend(_dict_of(value).values())
        else:
            waiting += [value.__defaults__, value.__kwdefaults__, value.__dict__]
            waiting += [cell.cell_contents for cell in value.__closure__ or () if _filled(cell)]

    def _state(self, value: Any, waiting: list[object]) -> Iterator[object]:  # noqa: ANN401
        """What an object holds: plain values at once, its parts to be walked later."""
        if isinstance(value, torch.Tensor):
            yield from _tensor_state(value)
            waiting.append(value.grad if value.is_leaf else None)
        elif isinstance(value, np.ndarray):
            yield (value.shape, value.tobytes() if value.nbytes <= _MOST_BYTES else None)
        elif isinstance(value, _SOURCES):
            yield _position(value)
        elif isinstance(value, types.GeneratorType):
            yield value.gi_frame and (value.gi_frame.f_lasti, len(value.gi_frame.f_locals))
        elif isinstance(value, dict | list | set | deque):  # their subclasses, such as Counter
            yield len(value)
            waiting.extend(value)
            waiting.extend(value.values() if isinstance(value, dict) else ())
        elif type(value).__module__ == self._module or isinstance(value, torch.nn.Module):
            waiting.append(getattr(value, "__dict__", None))


def _filled(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def _tensor_state(value: torch.Tensor) -> Iterator[object]:
    """Version, place and, of a small one, the bytes: `.data` is changed without a new version."""
    yield (tuple(value.shape), value.requires_grad, value._version)
    if value.device.type == "cpu" and value.layout is torch.strided and type(value) in _TENSORS:
        storage = value.untyped_storage()
        size = storage.nbytes()
        yield (storage.data_ptr(), size)
        if 0 < size <= _MOST_BYTES:
            yield ctypes.string_at(storage.data_ptr(), size)


def _position(value: Any) -> object:  # noqa: ANN401
    """Where a source of numbers stands."""
    if isinstance(value, random.Random):
        return value.getstate()
    if isinstance(value, torch.Generator):
        return bytes(value.get_state().tolist())
    if isinstance(value, np.random.Generator):
        return repr(value.bit_generator.state)
    return repr(value)
