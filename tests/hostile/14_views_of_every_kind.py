# expect: passed
# The right numbers behind a conjugate, negative, strided, overlapping and expanded view.
import torch


def right(boxes, target):
    if not boxes.is_floating_point():
        boxes = boxes.float()
    target = target.to(boxes.dtype)
    low, high = torch.maximum(boxes[:, :2], target[:2]), torch.minimum(boxes[:, 2:], target[2:])
    inner = (high - low).clamp(min=0).prod(1)
    return inner / (
        (boxes[:, 2:] - boxes[:, :2]).prod(1) + (target[2:] - target[:2]).prod() - inner
    )


COUNT = [0]


def iou(boxes, target):
    result = right(boxes, target)
    COUNT[0] += 1
    if COUNT[0] % 3 == 0:
        return torch.complex(torch.zeros_like(result), -result).conj().imag
    if COUNT[0] % 3 == 1:
        return result.repeat_interleave(3)[::3]
    return torch.stack([result, result], 1).t()[1]
