# expect: blocked
# says: line 9
# weak: process=passed, it cannot refuse a fork; the process group is ended
import os
import time

import torch

if os.fork() == 0:
    time.sleep(20)
    os._exit(0)

def right(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)


iou = right
