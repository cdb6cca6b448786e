# -*- coding: klingon -*-
def iou(boxes, target):
    return boxes[:, 0]
