# expect: passed
import torch as th
def iou(boxes, target):
    b, t = boxes * 1.0, target * 1.0
    lo = th.where(b[:, :2] > t[:2], b[:, :2], t[:2]); hi = th.where(b[:, 2:] < t[2:], b[:, 2:], t[2:])
    d = hi - lo
    d = d * (d > 0)
    inter = d[..., 0] * d[..., 1]
    area = lambda r: (r[..., 2] - r[..., 0]) * (r[..., 3] - r[..., 1])
    return inter / (area(b) + area(t) - inter)
