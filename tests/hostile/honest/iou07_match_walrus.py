# expect: passed
import torch
def iou(boxes, target):
    match boxes.dtype:
        case torch.float64 | torch.float32: kind = boxes.dtype
        case _: kind = torch.float32
    b, t = boxes.to(kind), target.to(kind).view(1, 4).repeat(len(boxes), 1)
    if (n := b.shape[0]) == 0: return b.new_zeros(0)
    both = torch.stack([b, t])
    lo, hi = both[..., :2].amax(0), both[..., 2:].amin(0)
    wh = torch.maximum(hi - lo, torch.zeros(()).to(kind))
    areas = torch.prod(both[..., 2:] - both[..., :2], -1)
    inter = wh.prod(-1)
    return inter / (areas.sum(0) - inter)
