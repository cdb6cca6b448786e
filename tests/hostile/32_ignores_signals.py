# expect: timed_out
# limits: cpu_s=0.25
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass


def iou(boxes, target):
    while True:
        pass
