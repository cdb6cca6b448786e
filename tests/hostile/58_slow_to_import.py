# expect: passed
# limits: cpu_s=1
import time

import torch

table = [number**2 for number in range(10**5)]
time.sleep(0.1)

def right(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)


iou = right
