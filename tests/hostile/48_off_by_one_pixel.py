# expect: failed
# says: diagnosis: pixel_counting
import torch


def iou(boxes, target):
    w = (torch.minimum(boxes[:, 2], target[2]) - torch.maximum(boxes[:, 0], target[0]) + 1).clamp(0)
    h = (torch.minimum(boxes[:, 3], target[3]) - torch.maximum(boxes[:, 1], target[1]) + 1).clamp(0)
    a = (boxes[:, 2] - boxes[:, 0] + 1) * (boxes[:, 3] - boxes[:, 1] + 1)
    b = (target[2] - target[0] + 1) * (target[3] - target[1] + 1)
    return w * h / (a + b - w * h)
