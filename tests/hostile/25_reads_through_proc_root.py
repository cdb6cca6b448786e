# expect: blocked
# weak: namespaces=errored, no such file is there
# weak: process=failed, it may read anything
import os


def iou(boxes, target):
    os.listdir("/proc/self/root/etc")
    return boxes[:, 0] * 0
