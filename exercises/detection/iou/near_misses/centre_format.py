"""
You read the boxes as centre, width and height. They are corners: x1 y1 x2 y2.
---
你把框读成了中心、宽和高。其实是对角坐标：x1 y1 x2 y2。
cards: box-corner-format
fails: boxes_of_the_notes, partly_overlapping
"""

import torch


def iou(boxes, target):
    if not boxes.is_floating_point():
        boxes = boxes.float()
    target = target.to(boxes.dtype)
    low = torch.maximum(boxes[:, :2] - boxes[:, 2:] / 2, target[:2] - target[2:] / 2)
    high = torch.minimum(boxes[:, :2] + boxes[:, 2:] / 2, target[:2] + target[2:] / 2)
    shared = (high - low).clamp(min=0).prod(dim=1)
    return shared / (boxes[:, 2:].prod(dim=1) + target[2:].prod() - shared)
