# expect: errored
# says: got generator
import itertools


def iou(boxes, target):
    yield from itertools.count()
