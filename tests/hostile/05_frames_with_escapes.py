# expect: no_result
# says: \x1b[2J
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


from quizapp.judge import running

EVIL = "\x1b[2J\u202epassed" * 1000
send(say="loaded", defined=["iou"], called=["iou"])
send(say="begin", check=CHECKS[0])
send(say="item", item=running.encode_item(running.Called(EVIL, (), EVIL)))
send(say="item", item=running.encode_item(running.Raised(running.Origin.CHECK, EVIL, EVIL, ((10**6, EVIL),), 0)))
send(say="end", check=CHECKS[0], marked=False)
os._exit(0)


def iou(boxes, target):
    return boxes[:, 0] * 0
