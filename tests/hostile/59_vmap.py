# expect: passed
import torch


def one(box, target):
    low, high = torch.maximum(box[:2], target[:2]), torch.minimum(box[2:], target[2:])
    inner = (high - low).clamp(min=0).prod()
    return inner / ((box[2:] - box[:2]).prod() + (target[2:] - target[:2]).prod() - inner)


def iou(boxes, target):
    if not boxes.is_floating_point():
        boxes = boxes.float()
    return torch.vmap(one, in_dims=(0, None))(boxes, target.to(boxes.dtype))
