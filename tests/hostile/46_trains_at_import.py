# expect: timed_out
# limits: cpu_s=0.5
# says: top level
# says: line
import torch

w = torch.zeros(100, 1)
for epoch in range(10**9):
    w = w - 0.1 * w

def iou(boxes, target):
    return boxes[:, 0]
