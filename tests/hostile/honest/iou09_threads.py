# expect: passed
from concurrent.futures import ThreadPoolExecutor
import torch
def inter(b, t): return (torch.minimum(b[:, 2:], t[2:]) - torch.maximum(b[:, :2], t[:2])).clamp(min=0).prod(1)
def union(b, t): return (b[:, 2:] - b[:, :2]).prod(1) + (t[2:] - t[:2]).prod()
def iou(boxes, target):
    boxes = boxes if boxes.is_floating_point() else boxes.float()
    target = target.to(boxes.dtype)
    with ThreadPoolExecutor(2) as pool:
        i, u = pool.submit(inter, boxes, target), pool.submit(union, boxes, target)
        return i.result() / (u.result() - i.result())
