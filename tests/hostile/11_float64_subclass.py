# expect: errored
# says: got submission.Agreeable
import numpy as np


class Agreeable(np.float64):
    def __eq__(self, other):
        return True


def iou(boxes, target):
    return Agreeable(1)
