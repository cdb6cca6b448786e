# expect: errored
# says: x.device
import torch

torch.cuda.is_available = lambda: True


def iou(boxes, target):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return boxes.to(device)[:, 0]
