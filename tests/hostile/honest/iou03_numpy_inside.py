# expect: passed
import numpy as np
import torch
def iou(boxes, target):
    dtype = boxes.dtype if boxes.dtype.is_floating_point else torch.get_default_dtype()
    b, t = np.asarray(boxes, dtype=np.float64), np.asarray(target, dtype=np.float64)
    s = np.maximum(0, np.minimum(b[:, 2:], t[2:]) - np.maximum(b[:, :2], t[:2]))
    i = s[:, 0] * s[:, 1]
    u = np.prod(b[:, 2:] - b[:, :2], axis=1) + np.prod(t[2:] - t[:2]) - i
    return torch.as_tensor(i / u, dtype=dtype)
