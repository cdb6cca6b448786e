"""
You multiply sides that can be negative. Boxes that lie apart in both directions have two negative
sides, whose product is positive: an overlap that isn't there. Clamp the sides at 0 first.
---
你把可能为负的边长直接相乘。两个方向都分离的框有两条负边，乘积却为正，看起来像有重叠。
应先把边长截断到 0。
cards: intersection-clamp, iou-no-overlap
fails: disjoint
"""

import torch


def iou(boxes, target):
    if not boxes.is_floating_point():
        boxes = boxes.float()
    target = target.to(boxes.dtype)
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).prod(dim=1)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)
    return shared / (area + (target[2:] - target[:2]).prod() - shared)
