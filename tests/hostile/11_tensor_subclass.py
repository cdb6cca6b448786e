# expect: errored
# says: must return a tensor, got
import torch


class Agreeable(torch.Tensor):
    def __eq__(self, other):
        return torch.ones(self.shape, dtype=torch.bool)


def iou(boxes, target):
    return boxes[:, 0].as_subclass(Agreeable)
