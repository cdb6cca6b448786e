# expect: errored
# says: got submission.Lying
import numpy as np


class Lying:
    shape = (4,)

    def __array__(self, *_, **__):
        return np.ones(4)

    def __eq__(self, other):
        return True

    def __len__(self):
        return 10**12

    def __iter__(self):
        while True:
            yield 1.0

    @property
    def __class__(self):
        import torch

        return torch.Tensor


def iou(boxes, target):
    return Lying()
