# expect: passed
import torch

def iou(boxes, target):
    x1, y1, x2, y2 = boxes.unbind(dim=-1)
    X1, Y1, X2, Y2 = target
    w = torch.clip(torch.min(x2, X2.expand_as(x2)) - torch.max(x1, X1.expand_as(x1)), 0)
    h = torch.clip(torch.min(y2, Y2.expand_as(y2)) - torch.max(y1, Y1.expand_as(y1)), 0)
    i = w * h
    return i / ((x2 - x1) * (y2 - y1) + (X2 - X1) * (Y2 - Y1) - i)
