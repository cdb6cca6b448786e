# expect: no_result
# says: not an answer
import os
import struct

from quizapp.judge import frames

HUGE = 10**5000  # Python refuses to write so many digits


def send(**message):
    body = frames.encode(message)
    os.write(3, struct.pack("<I", len(body)) + body)


send(say="loaded", defined=["iou"], called=["iou"])
send(say="begin", check="boxes_of_the_notes")
raised = ("raised", "learner", "ValueError", "x", ((HUGE, "iou"),), 0)
send(say="item", item=frames.encode(raised))
send(say="end", check="boxes_of_the_notes", marked=False)


def iou(boxes, target):
    return boxes[:, 0] * 0
