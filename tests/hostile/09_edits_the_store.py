# expect: errored
# weak: process=never, it may write anywhere
import sqlite3


def iou(boxes, target):
    with sqlite3.connect("/root/.local/share/quizapp/quizapp.db") as store:
        store.execute("update submissions set score = 100")
    return boxes[:, 0] * 0
