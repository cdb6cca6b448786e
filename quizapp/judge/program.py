"""A call written down as the torch ops it ran, so that it can be run again elsewhere.

Owns recording a call (in the sandbox) and replaying it (in another sandbox, where no code of the
submission ever ran). Counts that are taken of the replay cannot be forged: a submission may send
any program it likes, but the values that are compared come out of that program, and so do the
counts. What was worked out beside torch (a Python loop over floats, NumPy, memory written through
a pointer) enters a program as a constant or not at all; `foreign` says how much did.

A program is made of what frames carry:
    {"ops": [[name, overload, args, kwargs], …], "constants": [tensors], "result": spec}
An argument is a plain value, a list of arguments, or one of the tuples ("tensor", number),
("constant", number), ("device", type), ("named", layout or memory format). Inputs are numbered
first, in the order of `tensors_in`, then what each op returned, in order.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, cast

import torch

from quizapp.judge.following import FollowingMode
from quizapp.judge.values import TensorValue, Value

MOST_OPS = 5_000
MOST_CONSTANTS = 1 << 20
_FEW = 16
_SMALL = 1 << 16
_BETWEEN = "\0"
_TO_THE_END = 2**63 - 1  # the end of an open slice
_LISTS = (list, tuple, torch.Size)
_DICTS = (dict, OrderedDict)
_PLAIN = (type(None), bool, int, float, complex, str, torch.dtype)
# No tensor comes out of these, so there is nothing to run again.
_ASKED = frozenset({"_local_scalar_dense", "equal", "is_nonzero", "item"})
# They reach beyond tensors: files, raw storage, random numbers of another process.
_NEVER = frozenset({"from_file", "set_", "set", "_resize_output_", "resize_", "resize"})
_NAMED = {
    str(each).removeprefix("torch."): each
    for each in vars(torch).values()
    if isinstance(each, torch.layout | torch.memory_format)
}


class Why(StrEnum):
    """Why a program cannot be run again, as a template for `words`."""

    NO_PROGRAM = "it is no program"
    TOO_LONG = "it is too long"
    NO_FORM = "{what} has no form {form}"
    REFUSED = "it cannot be run again ({what})"
    NOT_TO_RUN = "{what} cannot be run again"
    UNKNOWN_TYPE = "an argument of type {what} cannot be passed on"
    TO_NOTHING = "it refers to nothing"


class ProgramError(Exception):
    """A program that cannot be run again.

    Attributes:
        why: the reason.
        what: the op, type or exception that it is about, and the form of an op; may be empty.
    """

    def __init__(self, why: Why, what: object = "", form: object = "") -> None:
        self.why, self.what, self.form = why, str(what), str(form)
        super().__init__(why.value.format(what=what, form=form))

    def sent(self) -> str:
        """The same as text that another process reads with `received`."""
        return _BETWEEN.join((self.why.name, self.what, self.form))


def received(text: str) -> ProgramError | None:
    """The reverse of `sent`; None for any other text."""
    name, *about = text.split(_BETWEEN)
    return ProgramError(Why[name], *about) if name in Why.__members__ and len(about) == 2 else None


def tensors_in(value: object) -> Iterator[torch.Tensor]:
    """All tensors in lists, tuples and dicts, in their order, decoded ones included."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, TensorValue):
        yield value.tensor
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from tensors_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from tensors_in(part)


class Recording(FollowingMode):  # type: ignore[no-untyped-call]
    """Writes down the ops of this thread, and of those started meanwhile, while it is entered.

    Args:
        inputs: what the call is given; its tensors are the program's inputs.
    """

    def __init__(self, inputs: object) -> None:
        super().__init__()
        self._known: dict[int, tuple[weakref.ref[torch.Tensor], int]] = {}
        self._count = 0
        self._ops: list[Value] = []
        self._constants: list[torch.Tensor] = []
        self._weight = 0
        self._whole = True
        self._lock = threading.Lock()
        for tensor in tensors_in(inputs):
            self._number(tensor)

    def __torch_dispatch__(
        self,
        op: Any,  # noqa: ANN401 - an OpOverload
        types: Collection[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401
        """Run one op and write it down."""
        given = kwargs or {}
        if not self._whole:
            return op(*args, **given)
        written = self._written(op, args, given)  # before it runs: it may change its arguments
        result = op(*args, **given)
        with self._lock:
            self._ops.append(written)
            for tensor in tensors_in(result):
                self._number(tensor)
            if len(self._ops) > MOST_OPS:
                self._give_up()
        return result

    def program(self, result: object) -> Value:
        """The program that gives `result`; None where it grew too long to be of use."""
        spec = self._spec(result)
        if not self._whole:
            return None
        return {"ops": self._ops, "constants": self._constants, "result": spec}

    def _written(self, op: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Value:  # noqa: ANN401
        schema = op._schema
        return [
            schema.name,
            op._overloadname,
            [self._spec(each) for each in args],
            {name: self._spec(each) for name, each in kwargs.items()},
        ]

    def _number(self, tensor: torch.Tensor) -> None:
        self._known[id(tensor)] = (weakref.ref(tensor), self._count)
        self._count += 1

    def _spec(self, value: object) -> Value:
        if isinstance(value, torch.Tensor):
            reference, number = self._known.get(id(value), (None, 0))
            if reference is not None and reference() is value:
                return ("tensor", number)
            return self._constant(value)
        # By exact type: a list of the submission's own may be endless.
        if type(value) in _LISTS or type(value).__module__ == "torch.return_types":
            return [self._spec(each) for each in cast("tuple[object, ...]", value)]
        if type(value) in _DICTS:
            return [self._spec(each) for each in cast("dict[str, object]", value).values()]
        if isinstance(value, torch.layout | torch.memory_format):
            return ("named", str(value).removeprefix("torch."))
        if isinstance(value, torch.device):
            return ("device", value.type)
        if type(value) in _PLAIN:
            return value
        return ("unknown", type(value).__name__)

    def _constant(self, tensor: torch.Tensor) -> Value:
        self._weight += tensor.numel()
        if self._weight > MOST_CONSTANTS:
            self._give_up()
            return ("unknown", "Tensor")
        # Each use is a constant of its own: what was written into it meanwhile came from outside.
        self._constants.append(tensor.detach().clone())
        return ("constant", len(self._constants) - 1)

    def _give_up(self) -> None:
        self._whole = False
        self._ops, self._constants = [], []


def foreign(program: Value) -> int:
    """How many numbers entered a program from outside torch: elements of constants, and scalars.

    Small whole numbers (axes, sizes, indices) are not counted.

    Raises:
        ProgramError: it is not a program.
    """
    try:
        constants = sum(each.tensor.numel() for each in program["constants"])
        scalars = sum(_scalars([args, kwargs]) for _, _, args, kwargs in program["ops"])
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise ProgramError(Why.NO_PROGRAM) from error
    return int(constants + scalars)


def allowed_foreign(elements: int) -> int:
    """How many numbers may enter a program whose result has so many elements.

    A quarter: weights, tables and thresholds may be constants, but most of a result cannot be
    smuggled in as numbers and has to come out of ops on the inputs.
    """
    return max(_FEW, elements // 4)


def _scalars(value: Value) -> int:
    if isinstance(value, dict):
        return sum(_scalars(part) for part in value.values())
    if isinstance(value, list):
        return sum(_scalars(part) for part in value)
    if type(value) is int:
        return int(abs(value) > _SMALL and value != _TO_THE_END)
    return int(type(value) in (float, complex))


def replay(program: Value, inputs: object) -> list[torch.Tensor]:
    """Run a program on inputs of the same structure; returns the tensors in its result, in order.

    Args:
        program: decoded; its constants are `TensorValue`s.
        inputs: list of positional arguments and dict of named ones.

    Raises:
        ProgramError: it is malformed, an op refuses its arguments, or it does what no call of
            tensor code does.
    """
    try:
        ops, constants = program["ops"], [each.tensor for each in program["constants"]]
        result = program["result"]
        if len(ops) > MOST_OPS:
            raise ProgramError(Why.TOO_LONG)
        tensors: list[torch.Tensor | None] = list(tensors_in(inputs))
        last = _last_uses(ops, result)
        for turn, (name, overload, args, kwargs) in enumerate(ops):
            base = _base_name(name)
            if base in _ASKED:
                continue
            packet = getattr(torch.ops.aten, base)
            if overload not in packet.overloads():
                raise ProgramError(Why.NO_FORM, name, overload)
            op = getattr(packet, overload)
            given = [_argument(each, tensors, constants) for each in args]
            named = {key: _argument(each, tensors, constants) for key, each in kwargs.items()}
            tensors.extend(tensors_in(op(*given, **named)))
            del given, named
            for number in last.get(turn, ()):
                tensors[number] = None
        return list(tensors_in([_argument(result, tensors, constants)]))
    except (LookupError, TypeError, ValueError, AttributeError, RuntimeError) as error:
        raise ProgramError(Why.REFUSED, type(error).__name__) from error


def _last_uses(ops: Sequence[Value], result: Value) -> dict[int, list[int]]:
    """Turn -> numbers of the tensors that nothing needs after it, so that they can be let go."""
    last: dict[int, int] = {}
    for turn, (_, _, args, kwargs) in enumerate(ops):
        for number in _numbers([args, kwargs]):
            last[number] = turn
    for number in _numbers(result):
        last.pop(number, None)
    turns: dict[int, list[int]] = {}
    for number, turn in last.items():
        turns.setdefault(turn, []).append(number)
    return turns


def _numbers(spec: Value) -> Iterator[int]:
    if isinstance(spec, dict):
        spec = list(spec.values())
    if isinstance(spec, list):
        for part in spec:
            yield from _numbers(part)
    elif isinstance(spec, tuple) and len(spec) == 2 and spec[0] == "tensor":
        yield _place(spec[1])


def _base_name(name: object) -> str:
    namespace, _, base = str(name).partition("::")
    if namespace != "aten" or not base.isidentifier() or base in _NEVER:
        raise ProgramError(Why.NOT_TO_RUN, name)
    return base


def _argument(spec: Value, tensors: Sequence[object], constants: Sequence[Any]) -> Any:  # noqa: ANN401
    if isinstance(spec, list):
        return [_argument(each, tensors, constants) for each in spec]
    if not isinstance(spec, tuple):
        return spec
    kind, what = spec
    if kind == "tensor":
        return tensors[_place(what)]
    if kind == "constant":
        return constants[_place(what)]
    if kind == "device":
        return torch.device(what)
    if kind == "named":
        return _NAMED[what]
    raise ProgramError(Why.UNKNOWN_TYPE, what)


def _place(number: object) -> int:
    if type(number) is not int or number < 0:
        raise ProgramError(Why.TO_NOTHING)
    return number
