# expect: errored
# says: x.device
# says: line 6
import torch

device = torch.zeros(1, device="cuda").device


def iou(boxes, target):
    return boxes[:, 0]
