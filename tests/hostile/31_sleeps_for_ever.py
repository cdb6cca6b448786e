# expect: timed_out
# limits: cpu_s=0.25
# says: line 8
import time


def iou(boxes, target):
    time.sleep(10**9)
