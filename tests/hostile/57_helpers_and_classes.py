# expect: passed
"""Intersection over union."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple, get_type_hints

import torch
from torch import Tensor

EPSILON: float = 0.0


class Corner(enum.IntEnum):
    X1 = 0
    Y1 = 1
    X2 = 2
    Y2 = 3


@dataclass(frozen=True)
class Boxes:
    corners: Tensor

    def area(self) -> Tensor:
        c = self.corners
        width = c[..., Corner.X2] - c[..., Corner.X1]
        return width * (c[..., Corner.Y2] - c[..., Corner.Y1])

    def __and__(self, other: Boxes) -> Boxes:
        low = torch.maximum(self.corners[..., :2], other.corners[..., :2])
        high = torch.minimum(self.corners[..., 2:], other.corners[..., 2:])
        return Boxes(torch.cat([low, torch.maximum(low, high)], dim=-1))


class Pair(NamedTuple):
    one: Boxes
    other: Boxes


assert get_type_hints(Pair)["one"] is Boxes


def iou(boxes: Tensor, target: Tensor) -> Tensor:
    pair = Pair(Boxes(boxes), Boxes(target))
    shared = (pair.one & pair.other).area()
    return shared / (pair.one.area() + pair.other.area() - shared + EPSILON)


if __name__ == "__main__":
    raise SystemExit("only when run as a script")
