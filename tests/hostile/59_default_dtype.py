# expect: passed
# Many notebooks begin like this.
import torch

torch.set_default_dtype(torch.float64)


def iou(boxes, target):
    if not boxes.is_floating_point():
        boxes = boxes.float()
    target = target.to(boxes.dtype)
    low, high = torch.maximum(boxes[:, :2], target[:2]), torch.minimum(boxes[:, 2:], target[2:])
    inner = (high - low).clamp(min=0).prod(1)
    return inner / (
        (boxes[:, 2:] - boxes[:, :2]).prod(1) + (target[2:] - target[:2]).prod() - inner
    )
