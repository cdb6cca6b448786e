# expect: errored
# says: x.device
import torch


def iou(boxes, target):
    return boxes.cuda()[:, 0]
