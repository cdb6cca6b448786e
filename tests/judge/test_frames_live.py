"""Real children that write mutated messages where their answers go."""

from __future__ import annotations

from random import Random

import pytest

from fuzz import corpus, seeded
from quizapp.domain.outcomes import Verdict

RIGHT = """
import torch

def iou(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)
"""
WRITES = """
import os

def write(data):
    for descriptor in range(3, 10):
        try:
            while data:
                data = data[os.write(descriptor, data):]
        except OSError:
            continue
        return
"""
STREAMS = 6
FORGED = (Verdict.GRADER_ERROR, Verdict.PASSED)


def write_at_import(stream: bytes) -> str:
    return f"{WRITES}\nwrite(bytes.fromhex('{stream.hex()}'))\n{RIGHT}"


def write_in_a_call(stream: bytes) -> str:
    return f"""{WRITES}
{RIGHT}
right = iou

def iou(boxes, target):
    write(bytes.fromhex('{stream.hex()}'))
    return right(boxes, target)
"""


@pytest.fixture(scope="module")
def strongest(judges, offered):
    return judges(offered[0])


@pytest.mark.parametrize("write", [write_at_import, write_in_a_call])
def test_no_stream_of_a_child_is_our_fault_or_ends_the_server(write, strongest, iou):
    server = strongest.pid
    streams = seeded.streams(Random(5), corpus.real_streams(), framed=False)
    raw = [Random(6).randbytes(4096), b"\xff" * 64, b"\0" * 4096]
    sources = [write(next(streams)) for _ in range(STREAMS)] + [write(data) for data in raw]
    running = [strongest.judge(iou, source.encode(), filename="iou.py") for source in sources]
    verdicts = [each.result(60).verdict for each in running]
    assert not set(verdicts) & set(FORGED), verdicts
    assert strongest.pid == server
    after = strongest.judge(iou, RIGHT.encode(), filename="iou.py").result(60)
    assert after.verdict is Verdict.PASSED
