# expect: no_result
# says: after 0 answered cases
import os


def iou(boxes, target):
    os._exit(0)
