# expect: no_result
# says: not an answer
import os


def iou(boxes, target):
    os.write(3, b"\x04\x00\x00\x00\xff\xff\xff\xff" * 10)
    return boxes[:, 0] * 0
