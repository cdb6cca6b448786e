# expect: no_result
# says: not an answer
import os
import struct


def iou(boxes, target):
    body = b"l" + struct.pack("<I", 2**32 - 1) + b"N" * 10
    os.write(3, struct.pack("<I", len(body)) + body)
    return boxes[:, 0] * 0
