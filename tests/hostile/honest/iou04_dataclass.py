# expect: passed
from __future__ import annotations
from dataclasses import dataclass
import torch
from torch import Tensor
@dataclass(frozen=True)
class Box:
    data: Tensor
    @property
    def area(self) -> Tensor:
        return (self.data[..., 2:] - self.data[..., :2]).prod(-1)
    def __and__(self, other: Box) -> Tensor:
        a = torch.maximum(self.data[..., :2], other.data[..., :2]); b = torch.minimum(self.data[..., 2:], other.data[..., 2:])
        return (b - a).clamp_min(0).prod(-1)
    def __or__(self, other: Box) -> Tensor:
        return self.area + other.area - (self & other)
def iou(boxes: Tensor, target: Tensor) -> Tensor:
    a, b = Box(boxes), Box(target)
    return (a & b) / (a | b)
