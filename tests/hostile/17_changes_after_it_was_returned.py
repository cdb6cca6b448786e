# expect: failed
# Right numbers are put in by a thread after the call: the check's own value is what counts.
import threading
import time

import torch


def right(boxes, target):
    if not boxes.is_floating_point():
        boxes = boxes.float()
    target = target.to(boxes.dtype)
    low, high = torch.maximum(boxes[:, :2], target[:2]), torch.minimum(boxes[:, 2:], target[2:])
    inner = (high - low).clamp(min=0).prod(1)
    return inner / (
        (boxes[:, 2:] - boxes[:, :2]).prod(1) + (target[2:] - target[:2]).prod() - inner
    )


def iou(boxes, target):
    answer = right(boxes, target)
    shown = torch.full_like(answer, 0.5)

    def later():
        time.sleep(0.05)
        shown.copy_(answer)

    threading.Thread(target=later).start()
    return shown
