# expect: crashed
# says: SIGABRT
# says: line 8
import os


def iou(boxes, target):
    os.abort()
