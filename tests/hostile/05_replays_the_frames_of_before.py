# expect: no_result
# Writes each message twice: the second of a kind is out of turn.
import os

old = os.write


def iou(boxes, target):
    import socket

    real = socket.socket(fileno=os.dup(3))
    body = b"d\x02\0\0\0s\x03\0\0\0says\x05\0\0\0begins\x05\0\0\0checks\x12\0\0\0boxes_of_the_notes"
    real.sendall(len(body).to_bytes(4, "little") + body)
    return None
