# expect: blocked
# weak: process=never, it may write anywhere
import os


def iou(boxes, target):
    os.makedirs("/home/instructor/gradebook")
    return boxes[:, 0] * 0
