# expect: blocked
# weak: process=never, a daemon outlives its process group
import subprocess


def iou(boxes, target):
    subprocess.Popen(["sleep", "20.25"], start_new_session=True)
    return boxes[:, 0]
