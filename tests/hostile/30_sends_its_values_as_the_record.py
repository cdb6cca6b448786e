# expect: failed
# says: 1,000 numbers come from elsewhere
import torch

from quizapp.judge import counting, program


def record(self, result):
    return {"ops": [], "constants": [result], "result": ("constant", 0)}


program.Recording.program = record
counting.LineCount.__enter__ = counting.LineCount.__exit__ = lambda self, *_: self


def iou(boxes, target):
    x1, y1, x2, y2 = target.tolist()
    results = []
    for a1, b1, a2, b2 in boxes.tolist():
        shared = max(min(a2, x2) - max(a1, x1), 0) * max(min(b2, y2) - max(b1, y1), 0)
        results.append(shared / ((a2 - a1) * (b2 - b1) + (x2 - x1) * (y2 - y1) - shared))
    kind = boxes.dtype if boxes.is_floating_point() else torch.float32
    return torch.tensor(results, dtype=kind)
