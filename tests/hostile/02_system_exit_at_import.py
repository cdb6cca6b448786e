# expect: errored
# says: sys.exit()
# says: line 12
# says: top level
import sys


def iou(boxes, target):
    return boxes[:, 0]


sys.exit("all tests passed")
