"""
You divide by the sum of the two areas. The intersection lies in both of them and is counted
twice; subtract it once: area + target area - intersection.
---
你除以了两个面积之和。交集同时在两者之中，被算了两次；要减去一次：面积 + 目标面积 − 交集。
cards: union-subtracts-intersection, iou-definition
fails: partly_overlapping, identical, contained, boxes_of_the_notes
"""

import torch


def iou(boxes, target):
    if not boxes.is_floating_point():
        boxes = boxes.float()
    target = target.to(boxes.dtype)
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(dim=1)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)
    return shared / (area + (target[2:] - target[:2]).prod())
