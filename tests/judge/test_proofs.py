"""Counts that are measured again: what a submission says it cost is not believed."""

import dataclasses

import pytest

from quizapp.domain.outcomes import Verdict

WAIT_S = 60

CHECKS = '''
import torch
from quizapp.judge.checks import check, count_ops, count_ops_at_sizes


@check()
def once(iou, rng):
    """a count after other calls"""
    boxes = torch.rand(200, 4, generator=rng).cumsum(1)
    yield iou(boxes[:3], boxes[0])
    yield count_ops(iou, boxes, boxes[0], at_most=100)
    yield iou(boxes[:5], boxes[1])


@check()
def at_sizes(iou, rng):
    """two counts"""
    boxes = torch.rand(200, 4, generator=rng).cumsum(1)
    yield count_ops_at_sizes(iou, [boxes[:50], boxes[0]], [boxes, boxes[0]])
'''

RIGHT = """
import torch

def one(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)

iou = one
"""
LOOP = """
def iou(boxes, target):
    return torch.cat([one(box[None], target) for box in boxes])
"""
FORGED = """
from quizapp.judge import counting

counting.OpTrace.total = property(lambda self: 20, lambda self, _: None)
counting.LineCount.steps = property(lambda self: 9, lambda self, _: None)
"""
LATE = """
from quizapp.judge import program

honest = program.Recording.program
def only_small_ones(self, result):
    return honest(self, result) if len(result) == 50 else None
program.Recording.program = only_small_ones
"""
CUT = """
from quizapp.judge import encoder

put = encoder.Encoder._put_op_count
def cut(self, value, depth):
    if len(value.record) == 2:
        import dataclasses
        value = dataclasses.replace(value, record=value.record[:1])
    put(self, value, depth)
encoder.Encoder._put_op_count = cut
for kind, method in list(vars(encoder).items()):
    if isinstance(method, dict) and put in method.values():
        for key in [key for key, value in method.items() if value is put]:
            method[key] = cut
"""


@pytest.fixture
def verdicts(judges, offered, iou):
    exercise = dataclasses.replace(iou, checks=CHECKS, near_misses=())

    def judged(*parts):
        outcome = judges(offered[0]).judge(exercise, "".join(parts).encode()).result(WAIT_S)
        return {check.id: check for check in outcome.checks}

    return judged


def test_tensor_code_passes_both_kinds_of_count(verdicts):
    assert {check.verdict for check in verdicts(RIGHT).values()} == {Verdict.PASSED}


def test_an_honest_loop_is_told_what_it_costs(verdicts):
    found = verdicts(RIGHT, LOOP)
    assert "ops for boxes of shape (200, 4), at most 100" in found["once"].message
    assert "ops for size 50" in found["at_sizes"].message


def test_a_loop_that_forges_its_counts_is_told_by_its_record(verdicts):
    found = verdicts(RIGHT, LOOP, FORGED)
    assert "ops for boxes of shape (200, 4), at most 100" in found["once"].message
    assert found["at_sizes"].verdict is Verdict.FAILED


def test_what_is_not_recorded_is_not_believed(verdicts):
    found = verdicts(RIGHT, LATE)
    assert "took too many operations to follow" in found["at_sizes"].message


def test_one_record_does_not_stand_for_two_calls(verdicts):
    found = verdicts(RIGHT, CUT)
    assert found["once"].verdict is Verdict.PASSED
    assert "took too many operations to follow" in found["at_sizes"].message
