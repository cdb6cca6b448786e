# expect: no_result
# says: not an answer
import os
import struct

from quizapp.judge import frames

CHECKS = (
    "boxes_of_the_notes partly_overlapping disjoint identical touching contained one_box "
    "thousand_boxes integer_boxes float64_stays arguments_unchanged"
).split()


def send(**message):
    body = frames.encode(message)
    os.write(3, struct.pack("<I", len(body)) + body)


def iou(boxes, target):
    send(say="end", check="boxes_of_the_notes", marked=False)
    send(say="begin", check="thousand_boxes")
    return boxes[:, 0] * 0
