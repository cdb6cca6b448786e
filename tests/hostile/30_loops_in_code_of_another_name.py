# expect: failed
# says: numbers come from elsewhere
import torch

CODE = """
def work(boxes, target):
    out = []
    tx1, ty1, tx2, ty2 = target
    for x1, y1, x2, y2 in boxes:
        w = max(0, min(x2, tx2) - max(x1, tx1))
        h = max(0, min(y2, ty2) - max(y1, ty1))
        out.append(w * h / ((x2 - x1) * (y2 - y1) + (tx2 - tx1) * (ty2 - ty1) - w * h))
    return out
"""
exec(compile(CODE, "library.py", "exec"))


def iou(boxes, target):
    kind = boxes.dtype if boxes.is_floating_point() else torch.float32
    return torch.tensor(work(boxes.tolist(), target.tolist()), dtype=kind)
