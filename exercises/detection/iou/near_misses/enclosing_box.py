"""
You take the smaller upper left corner and the larger lower right one. That is the box around both;
the box that they share begins at the larger of the two corners and ends at the smaller.
---
你取了较小的左上角和较大的右下角，那是包住两个框的外接框；
两框共有的部分从两个左上角中较大的开始，到两个右下角中较小的结束。
cards: box-corner-format, iou-definition
fails: partly_overlapping, disjoint, contained
"""

import torch


def iou(boxes, target):
    if not boxes.is_floating_point():
        boxes = boxes.float()
    target = target.to(boxes.dtype)
    low = torch.minimum(boxes[:, :2], target[:2])
    high = torch.maximum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(dim=1)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)
    return shared / (area + (target[2:] - target[:2]).prod() - shared)
