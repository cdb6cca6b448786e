"""
Your values are right, but a Python loop visits every box. Slice columns instead: boxes[:, 0] is
the x1 of all boxes at once.
---
你的结果是对的，但用了 Python 循环逐个处理框。请按列切片：boxes[:, 0] 一次就是所有框的 x1。
cards: box-corner-format
fails: thousand_boxes
"""

import torch


def iou(boxes, target):
    if not boxes.is_floating_point():
        boxes = boxes.float()
    target = target.to(boxes.dtype)
    values = []
    for box in boxes:
        low = torch.maximum(box[:2], target[:2])
        high = torch.minimum(box[2:], target[2:])
        shared = (high - low).clamp(min=0).prod()
        values.append(shared / ((box[2:] - box[:2]).prod() + (target[2:] - target[:2]).prod() - shared))
    return torch.stack(values)
