# expect: errored
# says: No module named 'quizapp.judge.server'
import quizapp.judge.server


def iou(boxes, target):
    return boxes[:, 0] * 0
