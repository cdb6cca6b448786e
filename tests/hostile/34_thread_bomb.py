# expect: errored
# limits: memory_mb=256, cpu_s=2
# says: can't start new thread
import threading
import time


def iou(boxes, target):
    while True:
        threading.Thread(target=time.sleep, args=(10**6,)).start()
