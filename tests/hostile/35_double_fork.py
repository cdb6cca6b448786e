# expect: blocked
# weak: process=never, a daemon outlives its process group
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(30)
    os._exit(0)


def iou(boxes, target):
    return boxes[:, 0]
