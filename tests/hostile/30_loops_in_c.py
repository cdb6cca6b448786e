# expect: failed
# says: numbers come from elsewhere
from itertools import repeat
from operator import add, mul, sub, truediv

import torch


def iou(boxes, target):
    kind = boxes.dtype if boxes.is_floating_point() else torch.float32
    t = target.tolist()
    x1, y1, x2, y2 = (list(column) for column in zip(*boxes.tolist()))
    w = list(map(max, map(sub, map(min, x2, repeat(t[2])), map(max, x1, repeat(t[0]))), repeat(0)))
    h = list(map(max, map(sub, map(min, y2, repeat(t[3])), map(max, y1, repeat(t[1]))), repeat(0)))
    inner = list(map(mul, w, h))
    area = list(map(mul, map(sub, x2, x1), map(sub, y2, y1)))
    other = (t[2] - t[0]) * (t[3] - t[1])
    union = list(map(sub, map(add, area, repeat(other)), inner))
    return torch.tensor(list(map(truediv, inner, union)), dtype=kind)
