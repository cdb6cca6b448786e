# expect: blocked
# says: line 8
# weak: process=never, it can start processes without end
import os


while True:
    os.fork()


def iou(boxes, target):
    return boxes[:, 0]
