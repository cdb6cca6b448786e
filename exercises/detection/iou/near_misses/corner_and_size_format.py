"""
You read the last two numbers of a box as width and height. They are the opposite corner, x2 y2;
the width is x2 - x1.
---
你把框的后两个数当成了宽和高。它们是对角的坐标 x2 y2；宽是 x2 − x1。
cards: box-corner-format, box-area
fails: boxes_of_the_notes, partly_overlapping
"""

import torch


def iou(boxes, target):
    if not boxes.is_floating_point():
        boxes = boxes.float()
    target = target.to(boxes.dtype)
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, :2] + boxes[:, 2:], target[:2] + target[2:])
    shared = (high - low).clamp(min=0).prod(dim=1)
    return shared / (boxes[:, 2:].prod(dim=1) + target[2:].prod() - shared)
