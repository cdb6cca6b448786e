# expect: timed_out
# limits: cpu_s=0.25
# says: line 11
import threading

lock = threading.Lock()


def iou(boxes, target):
    lock.acquire()
    lock.acquire()
