# expect: failed
import threading
import time


def chatter():
    for _ in range(100):
        print("<testsuite failures='0'/> PASSED", flush=True)
        time.sleep(0.005)


threading.Thread(target=chatter).start()


def iou(boxes, target):
    time.sleep(0.01)
    return boxes[:, 0] * 0
