# expect: no_result
import os
import struct

from quizapp.judge import frames

body = frames.encode(
    {"say": "syntax", "message": "x" * 10**6, "line": 10**5000, "column": -1, "text": ""}
)
os.write(3, struct.pack("<I", len(body)) + body)


def iou(boxes, target):
    return boxes[:, 0] * 0
