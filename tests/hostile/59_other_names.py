# expect: passed
import torch as t

def right(boxes, target):
    low = t.maximum(boxes[:, :2], target[:2])
    high = t.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)


def iou(proposals, truth, /, eps=0.0, *, clip=True):
    assert clip
    return right(proposals, truth) + eps
