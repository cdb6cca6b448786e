# expect: blocked
# weak: process=never, it may write anywhere
import torch

with open("/dev/shm/hostile-answers", "w") as file:
    file.write("0, 0, 0.6875, 0")


def iou(boxes, target):
    return boxes[:, 0] * 0
