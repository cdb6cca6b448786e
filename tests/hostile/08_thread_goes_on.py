# expect: passed
import threading
import time

import torch


def go_on():
    while True:
        print("still here")
        time.sleep(0.01)


threading.Thread(target=go_on).start()


def right(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)


iou = right
