# expect: out_of_memory
# limits: memory_mb=48
# says: memory
# says: line 9
import torch


def iou(boxes, target):
    return torch.zeros(10**11)
