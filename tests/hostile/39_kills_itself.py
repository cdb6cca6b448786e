# expect: crashed
# says: SIGKILL
import os
import signal


def iou(boxes, target):
    os.kill(os.getpid(), signal.SIGKILL)
