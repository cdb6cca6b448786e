"""Real frames and real conversations, to mutate. Owns their variety."""

from __future__ import annotations

import struct
from collections import OrderedDict

import numpy as np
import torch
from torch import nn

from quizapp.judge import frames, running, wire
from quizapp.judge.accusations import Forbidden
from quizapp.judge.checks import Check, gradients
from quizapp.judge.values import Gradients, OpCount, Unsupported

SIZE = struct.Struct("<I")
SUBMISSION = "submission.py"
ASKED = ("own_rule",)
"""Checks that a child must ask about before it runs them."""
SOURCE = "def double(x):\n    return 2 * x\n"
_CHECKS = '''
import numpy as np
import torch
from quizapp.judge.checks import accuracy, check, count_ops, gradients

@check()
def tensors(double, rng):
    """tensors of some kinds"""
    for shape in ((), (3,), (2, 3), (0, 2)):
        yield double(torch.rand(shape, generator=rng))
    yield double(torch.arange(6)), double(torch.zeros(2, dtype=torch.bfloat16))

@check()
def others(double, rng):
    """what is no tensor"""
    yield [double(3), double(0.5), double(1j), double("ab"), None, {"a": double([1]), 2: b"x"}]
    yield double(np.arange(3)), torch.Size([2]), torch.float32, True

@check()
def learning(double, rng):
    """gradients and counts"""
    x = torch.rand(3, generator=rng).requires_grad_()
    y = double(x)
    yield gradients(y, x=x)
    yield count_ops(double, x, at_most=9)

@check(rule=accuracy(0.5, "held_out"))
def predictions(double, rng):
    """classes that a rule counts"""
    yield double(torch.eye(4))

@check(rule=lambda values, data: "" if sum(values[0]) > 0 else "too little")
def own_rule(double, rng):
    """numbers that a rule of the author's own adds"""
    yield double(torch.ones(3))
'''


def checks() -> tuple[Check, ...]:
    """Checks that yield a value of almost every kind."""
    return running.load_checks(_CHECKS, "checks.py")


def double(x: object) -> object:
    """The function that the checks ask for."""
    return 2 * x  # type: ignore[operator]


def values() -> list[object]:
    """Values of every kind that a frame has a tag for, and a message of each sort."""
    leaf = torch.ones(2, requires_grad=True)
    return [
        None,
        [True, False, 0, -1, 1 << 100, 0.5, float("nan"), 1 - 2j, "框\ud800", b"\x00\xff"],
        (torch.Size([2, 3]), torch.float32, torch.device("cpu"), Unsupported("set")),
        {"a": 1, 2: [(), {}], "c": {"d": [[[]]]}},
        OrderedDict(nn.BatchNorm1d(2).state_dict()),
        [torch.zeros(2, dtype=dtype) for dtype in wire.DTYPES],
        [torch.zeros(0, 3), torch.tensor(1.5), torch.rand(2, 2, 2).transpose(0, 2), leaf * 2],
        [np.arange(3), np.float64(1), np.zeros((2, 0), np.uint8), nn.Parameter(torch.ones(1))],
        OpCount(torch.ones(1), 3, 4, 5, (None, 9, 9)),
        Gradients({"x": torch.ones(2), "y": None}, "detached"),
        gradients(leaf.sum(), x=leaf),
    ]


def items() -> list[running.Item]:
    """One of each kind of item."""
    digests = bytes(frames.DIGEST_BYTES), b"1" * frames.DIGEST_BYTES
    arguments = (running.Argument("x", *digests), running.Argument("0", *digests))
    return [
        running.Yielded(torch.ones(2)),
        running.Called("double", arguments, "torch.Tensor"),
        Forbidden("aten.convolution", "conv2d", 2),
        running.Raised(running.Origin.LEARNER, "ValueError", "no\x1b[2J", ((2, "double"),), 13),
        running.Raised(running.Origin.CALL, "TypeError", "double(x, y)"),
        running.Oversized(),
        running.Finished(),
    ]


def real_frames() -> list[bytes]:
    """Frames to decode."""
    return [*map(frames.encode, values()), *map(running.encode_item, items())]


def _message(say: str, **more: object) -> bytes:
    body = frames.encode({"say": say, **more})
    return SIZE.pack(len(body)) + body


def real_streams() -> list[bytes]:
    """Whole conversations, each message behind its length."""
    start = _message("loading")
    loaded = _message("loaded", defined=["double", "torch"], called=["double"])
    honest = [start, loaded]
    for check in checks():
        if check.id in ASKED:
            honest.append(_message("may_run", check=check.id))
        honest.append(_message("begin", check=check.id))
        recorder = running.Recorder(SUBMISSION)
        honest += [
            _message("item", item=running.encode_item(item))
            for item in running.run_check(check, {"double": double}, seed=7, recorder=recorder)
        ]
        honest.append(_message("end", check=check.id, marked=False))
    honest.append(_message("done"))
    begin = _message("begin", check=checks()[0].id)
    raised = [_message("raised", item=running.encode_item(item)) for item in items()]
    odd = [_message("item", item=running.encode_item(item)) for item in items()]
    every = [_message("item", item=running.encode_item(running.Yielded(it))) for it in values()]
    return [
        b"".join(honest),
        b"".join([start, _message("syntax", message="bad", line=2, column=3, text="x =")]),
        *(start + each for each in raised),
        b"".join([start, loaded, begin, *odd[:3], *odd[-1:]]),
        *(b"".join([start, loaded, begin, each]) for each in (*odd, *every)),
        _message("internal", message="no room"),
    ]
