# expect: passed
# says: torch.Size
import torch

def right(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)


def iou(boxes, target):
    assert boxes.shape[1] == 4, "boxes must be (N, 4)"
    assert isinstance(target, torch.Tensor)
    if len(boxes) // 2 < 0:
        pass
    else:
        print(boxes.shape, target)
    try:
        return right(boxes, target)
    except ZeroDivisionError:
        pass
    finally:
        pass
