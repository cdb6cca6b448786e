# expect: passed
import torch
import torch.nn.functional as F
from torch import nn
def area(b): return torch.einsum("...,...->...", b[..., 2] - b[..., 0], b[..., 3] - b[..., 1])
class IoU(nn.Module):
    def forward(self, boxes, target):
        if boxes.dtype in (torch.int32, torch.int64): boxes, target = boxes.float(), target.float()
        s = F.relu(torch.minimum(boxes[:, 2:], target[None, 2:]) - torch.maximum(boxes[:, :2], target[None, :2]))
        i = torch.einsum("ni,ni->n", s[:, :1], s[:, 1:])
        return i.true_divide(area(boxes) + area(target) - i)
iou = IoU()
