# expect: passed
import functools
import operator

import torch


def general(boxes, target, *, floor):
    low = torch.max(boxes[:, :2], target[:2])
    high = torch.min(boxes[:, 2:], target[2:])
    shared = functools.reduce(operator.mul, (high - low).clamp(min=floor).unbind(1))
    area = lambda b: (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])  # noqa: E731
    return shared / (area(boxes) + area(target) - shared)


iou = functools.partial(general, floor=0)
