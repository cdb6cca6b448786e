# expect: blocked
# weak: namespaces=errored, no such file is there
# weak: process=never, it may read the memory of others
import os


def iou(boxes, target):
    with open(f"/proc/{os.getppid()}/mem", "rb") as file:
        file.read(1)
    return boxes[:, 0] * 0
