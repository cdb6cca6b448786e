# expect: no_result
# says: while the file was loaded
import os

os._exit(0)


def iou(boxes, target):
    return boxes[:, 0]
