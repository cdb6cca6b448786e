# expect: blocked
# says: line 8
# weak: process=never, it may signal any process of the user
import os


def iou(boxes, target):
    os.kill(-1, 9)
    return boxes[:, 0]
