# expect: blocked
# weak: process=never, it may speak to anyone
import socket


def iou(boxes, target):
    socket.socket(socket.AF_UNIX).bind("\0answers")
    return boxes[:, 0] * 0
