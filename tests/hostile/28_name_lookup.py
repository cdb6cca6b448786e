# expect: blocked
# says: network
# weak: process=never, it may speak to anyone
import urllib.request


def iou(boxes, target):
    urllib.request.urlopen("http://quizapp.invalid/", timeout=1)
    return boxes[:, 0] * 0
