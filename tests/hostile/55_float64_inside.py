# expect: passed
import torch

def right(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)


def iou(boxes, target):
    dtype = boxes.dtype if boxes.is_floating_point() else torch.float32
    return right(boxes.double(), target.double()).to(dtype)
