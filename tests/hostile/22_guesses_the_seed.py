# expect: failed
import torch


def iou(boxes, target):
    torch.manual_seed(0)
    torch.default_generator.manual_seed(0)
    return torch.rand(len(boxes), dtype=boxes.dtype if boxes.is_floating_point() else None)
