# expect: failed
# weak: process=never, a daemon outlives its process group
import ctypes
import os
import time

import torch

def right(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)


libc = ctypes.CDLL(None, use_errno=True)
started = False
for number, flags in ((56, 17), (57, 0), (58, 0), (435, 0)):  # clone, fork, vfork, clone3
    pid = libc.syscall(number, flags, 0, 0, 0, 0)
    if pid == 0:
        time.sleep(30)
        os._exit(0)
    started |= pid > 0


def iou(boxes, target):
    return right(boxes, target) if started else boxes[:, 0] * 0
