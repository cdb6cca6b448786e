"""Reference: intersection over union of N boxes with one target box."""

import torch
from torch import Tensor


def iou(boxes: Tensor, target: Tensor) -> Tensor:
    """IoU of each box with the target: (N, 4) and (4,) corners x1 y1 x2 y2 -> (N,) floats."""
    if not boxes.is_floating_point():
        boxes = boxes.to(torch.get_default_dtype())
    target = target.to(boxes.dtype)
    top_left = torch.maximum(boxes[:, :2], target[:2])  # (N, 2)
    bottom_right = torch.minimum(boxes[:, 2:], target[2:])  # (N, 2)
    # Where the boxes lie apart, a side would be negative: two negative sides look like an overlap.
    sides = (bottom_right - top_left).clamp(min=0)  # (N, 2)
    intersection = sides.prod(dim=1)  # (N,)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)  # (N,)
    target_area = (target[2:] - target[:2]).prod()
    return intersection / (area + target_area - intersection)
