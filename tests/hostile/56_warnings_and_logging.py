# expect: passed
import logging
import sys
import warnings

import torch

logging.basicConfig(level=logging.DEBUG)
warnings.simplefilter("always")

def right(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)


def iou(boxes, target):
    warnings.warn("divides")
    logging.getLogger(__name__).debug("boxes %s", boxes.shape)
    print("to stderr", file=sys.stderr)
    return right(boxes, target)
