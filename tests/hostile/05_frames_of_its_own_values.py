# expect: failed
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


import torch
from quizapp.judge import running

send(say="loaded", defined=["iou"], called=["iou"])
for check in CHECKS:
    send(say="begin", check=check)
    for _ in range(3):
        send(say="item", item=running.encode_item(running.Yielded(torch.ones(4))))
    send(say="item", item=running.encode_item(running.Finished()))
    send(say="end", check=check, marked=False)
send(say="done")


def iou(boxes, target):
    return boxes[:, 0] * 0
