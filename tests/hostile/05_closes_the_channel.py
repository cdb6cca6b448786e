# expect: no_result
import os


def iou(boxes, target):
    os.closerange(0, 100)
    return boxes[:, 0] * 0
