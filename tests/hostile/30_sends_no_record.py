# expect: failed
# says: too many operations to follow
import torch

from quizapp.judge import program

program.Recording.program = lambda self, result: None


def iou(boxes, target):
    low, high = torch.maximum(boxes[:, :2], target[:2]), torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(1) + (target[2:] - target[:2]).prod()
    return shared / (area - shared)
