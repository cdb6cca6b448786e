# expect: failed
# says: numbers come from elsewhere
import numpy as np
import torch


def iou(boxes, target):
    kind = boxes.dtype if boxes.is_floating_point() else torch.float32
    b, t = boxes.numpy().astype("f8"), target.numpy().astype("f8")
    low, high = np.maximum(b[:, :2], t[:2]), np.minimum(b[:, 2:], t[2:])
    inner = np.clip(high - low, 0, None).prod(1)
    return torch.from_numpy(
        inner / ((b[:, 2:] - b[:, :2]).prod(1) + (t[2:] - t[:2]).prod() - inner)
    ).to(kind)
