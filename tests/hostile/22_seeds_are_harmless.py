# expect: passed
import random

import numpy as np
import torch

torch.manual_seed(42)
np.random.seed(42)
random.seed(42)

def right(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)


def iou(boxes, target):
    torch.manual_seed(42)
    return right(boxes, target)
