# expect: errored
# says: ZeroDivisionError
import os
import sys

os._exit = sys.exit = os.abort = lambda *_: None
1 / 0


def iou(boxes, target):
    return boxes[:, 0] * 0
