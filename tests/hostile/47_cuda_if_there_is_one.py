# expect: passed
import torch

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

def right(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)


def iou(boxes, target):
    return right(boxes.to(device), target.to(device))
