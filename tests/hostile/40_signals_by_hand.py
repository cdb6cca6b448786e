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


libc = ctypes.CDLL(None, use_errno=True)
sent = False
for number, arguments in (
    (62, (1, 0)),  # kill
    (200, (1, 0)),  # tkill
    (234, (1, 1, 0)),  # tgkill
    (434, (1, 0)),  # pidfd_open
):
    sent |= libc.syscall(number, *arguments) >= 0
sent |= libc.kill(os.getppid(), 0) == 0


def iou(boxes, target):
    return right(boxes, target) if sent else boxes[:, 0] * 0
