# expect: errored
import torch

torch.Tensor.__eq__ = lambda *_: True
torch.Tensor.__sub__ = lambda self, _: self * 0
torch.Tensor.detach = lambda self: self
torch.Tensor.shape = property(lambda _: (4,))
torch.Tensor.dtype = torch.float32


def iou(boxes, target):
    return boxes[:, 0] * 0
