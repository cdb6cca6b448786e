# expect: failed
# weak: process=never, it may read the memory of others
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
attached = [libc.ptrace(16, pid, None, None) == 0 for pid in (1, os.getppid())]
buffer = ctypes.create_string_buffer(8)
vector = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 8)
read = libc.process_vm_readv(os.getppid(), vector, 1, vector, 1, 0) > 0


def iou(boxes, target):
    return right(boxes, target) if read or any(attached) else boxes[:, 0] * 0
