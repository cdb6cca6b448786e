# expect: blocked
# says: line 8
# weak: process=never, it may speak to anyone
import socket


def iou(boxes, target):
    socket.create_connection(("127.0.0.1", 9), timeout=1)
    return boxes[:, 0] * 0
