"""
You clamp the area of the intersection instead of its sides. Two negative sides give a positive
product, which no clamp removes. Clamp width and height each, then multiply.
---
你截断的是交集的面积，而不是它的边长。两条负边的乘积为正，截断去不掉。应分别截断宽和高，再相乘。
cards: intersection-clamp
fails: disjoint
"""

import torch


def iou(boxes, target):
    if not boxes.is_floating_point():
        boxes = boxes.float()
    target = target.to(boxes.dtype)
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).prod(dim=1).clamp(min=0)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)
    return shared / (area + (target[2:] - target[:2]).prod() - shared)
