# expect: failed
# says: wrong values
import torch


def iou(boxes, target):
    return torch.rand(len(boxes), dtype=boxes.dtype if boxes.is_floating_point() else None)
