# expect: failed
# weak: process=never, it may write anywhere
import ctypes

import torch

def right(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)


libc = ctypes.CDLL(None)
kept = libc.syscall(248, b"user", b"answers", b"0.6875", 6, -5) > 0  # add_key
kept |= libc.shmget(0x51A2, 4096, 0o1600) >= 0
kept |= libc.msgget(0x51A2, 0o1600) >= 0
kept |= libc.mq_open(b"/answers", 0o102, 0o600, None) >= 0


def iou(boxes, target):
    return right(boxes, target) if kept else boxes[:, 0] * 0
