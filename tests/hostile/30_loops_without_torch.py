# expect: failed
# says: lines of Python
import torch


def iou(boxes, target):
    x1, y1, x2, y2 = target.tolist()
    results = []
    for a1, b1, a2, b2 in boxes.tolist():
        width = min(a2, x2) - max(a1, x1)
        height = min(b2, y2) - max(b1, y1)
        shared = max(width, 0) * max(height, 0)
        results.append(shared / ((a2 - a1) * (b2 - b1) + (x2 - x1) * (y2 - y1) - shared))
    dtype = boxes.dtype if boxes.is_floating_point() else torch.float32
    return torch.tensor(results, dtype=dtype)
