# expect: failed
# says: diagnosis: centre_format
import torch


def corners(box):
    centre, size = box[..., :2], box[..., 2:]
    return torch.cat([centre - size / 2, centre + size / 2], dim=-1)


def iou(boxes, target):
    boxes, target = corners(boxes), corners(target)
    x1 = boxes[:, 0].maximum(target[0])
    y1 = boxes[:, 1].maximum(target[1])
    x2 = boxes[:, 2].minimum(target[2])
    y2 = boxes[:, 3].minimum(target[3])
    shared = (x2 - x1).clamp(0) * (y2 - y1).clamp(0)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return shared / (areas + (target[2] - target[0]) * (target[3] - target[1]) - shared)
