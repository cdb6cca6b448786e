# expect: passed
import torch
from torch import nn

def right(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)


class IoU(nn.Module):
    def forward(self, boxes, target):
        return right(boxes, target)


iou = IoU()
