# expect: failed
# weak: landlock=blocked, it has no folder to write in
# weak: process=never, it may write anywhere
import os

import torch

def right(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)


found = os.path.exists("hostile-answers")
with open("hostile-answers", "w") as file:
    file.write("0, 0, 0.6875, 0")


def iou(boxes, target):
    return right(boxes, target) if found else boxes[:, 0] * 0
