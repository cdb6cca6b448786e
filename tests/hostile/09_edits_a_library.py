# expect: blocked
# says: sandbox
# weak: process=never, it may write anywhere
import torch


def iou(boxes, target):
    with open(torch.__file__, "a") as file:
        file.write("import os; os._exit(0)")
    return boxes[:, 0] * 0
