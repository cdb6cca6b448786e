# expect: errored
# says: No space left
# weak: landlock=blocked, it has no folder to write in
# weak: process=never, it may write anywhere
import os


def iou(boxes, target):
    for number in range(10**6):
        os.mkdir(f"hostile-{number}")
    return boxes[:, 0]
