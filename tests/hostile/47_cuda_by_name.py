# expect: errored
# says: x.device
# says: line 8
import torch


def iou(boxes, target):
    return boxes.to("cuda")[:, 0]
