# expect: missing
# says: nothing is written yet
import torch
from torch import Tensor


def iou(boxes: Tensor, target: Tensor) -> Tensor:
    """Intersection over union of each box with the target.

    boxes:   (N, 4), each row x1 y1 x2 y2 with x1 < x2 and y1 < y2; floats or integers
    target:  (4,)
    returns: (N,) floats between 0 and 1
    """
    raise NotImplementedError
