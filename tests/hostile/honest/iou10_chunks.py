# expect: passed
import torch
def chunk(b, t):
    i = (torch.minimum(b[:, 2:], t[2:]) - torch.maximum(b[:, :2], t[:2])).clamp(min=0).prod(1)
    return i / ((b[:, 2:] - b[:, :2]).prod(1) + (t[2:] - t[:2]).prod() - i)
def iou(boxes, target):
    if not torch.is_floating_point(boxes): boxes, target = boxes.float(), target.float()
    return torch.cat([chunk(part, target) for part in boxes.split(250)])
