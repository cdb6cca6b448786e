"""
You divide the intersection by the target's area. That says how much of the target is covered; IoU
divides by what both boxes cover together.
---
你用交集除以目标框的面积。那表示目标被覆盖了多少；IoU 要除以两个框一起覆盖的面积。
cards: iou-definition, union-subtracts-intersection
fails: partly_overlapping, contained, boxes_of_the_notes
"""

import torch


def iou(boxes, target):
    if not boxes.is_floating_point():
        boxes = boxes.float()
    target = target.to(boxes.dtype)
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    return (high - low).clamp(min=0).prod(dim=1) / (target[2:] - target[:2]).prod()
