# expect: no_result
# says: not an answer
import os


def iou(boxes, target):
    os.write(3, b"\xff" * 1000)
    return boxes[:, 0] * 0
