"""
You add 1 to each side, as if the corners were pixels that belong to the box. Here corners are
points, and the width is x2 - x1; boxes that only touch share nothing.
---
你给每条边加了 1，好像坐标是属于框内的像素。这里的坐标是点，宽就是 x2 − x1；只相接触的框没有公共面积。
cards: box-area
fails: touching, boxes_of_the_notes, partly_overlapping
"""

import torch


def iou(boxes, target):
    if not boxes.is_floating_point():
        boxes = boxes.float()
    target = target.to(boxes.dtype)
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low + 1).clamp(min=0).prod(dim=1)
    area = (boxes[:, 2:] - boxes[:, :2] + 1).prod(dim=1)
    return shared / (area + (target[2:] - target[:2] + 1).prod() - shared)
