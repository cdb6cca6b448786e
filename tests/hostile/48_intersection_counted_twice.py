# expect: failed
# says: diagnosis: union_counts_twice
import torch


def iou(boxes, target):
    w = (torch.minimum(boxes[:, 2], target[2]) - torch.maximum(boxes[:, 0], target[0])).relu()
    h = (torch.minimum(boxes[:, 3], target[3]) - torch.maximum(boxes[:, 1], target[1])).relu()
    a = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    b = (target[2] - target[0]) * (target[3] - target[1])
    return w * h / (a + b)
