# expect: failed
# says: cannot be run again
import torch

CODE = """
def one(box, target):
    low, high = torch.maximum(box[:2], target[:2]), torch.minimum(box[2:], target[2:])
    inner = (high - low).clamp(min=0).prod()
    return inner / ((box[2:] - box[:2]).prod() + (target[2:] - target[:2]).prod() - inner)


def work(boxes, target):
    return torch.stack([one(box, target) for box in boxes])
"""
exec(compile(CODE, "library.py", "exec"))
library = torch.library.Library("mine", "FRAGMENT")
library.define("work(Tensor a, Tensor b) -> Tensor")
library.impl("work", work, "CPU")


def iou(boxes, target):
    if not boxes.is_floating_point():
        boxes = boxes.float()
    return torch.ops.mine.work(boxes, target.to(boxes.dtype))
