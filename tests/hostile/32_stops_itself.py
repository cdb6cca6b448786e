# expect: timed_out
# limits: cpu_s=0.25
# says: still running
import os
import signal


def iou(boxes, target):
    os.kill(os.getpid(), signal.SIGSTOP)
    return boxes[:, 0]
