# expect: failed
import os
import sys

os._exit = sys.exit = os.abort = lambda *_: None


def iou(boxes, target):
    return boxes[:, 0] * 0
