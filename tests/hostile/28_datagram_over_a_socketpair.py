# expect: blocked
# weak: process=never, it may speak to anyone
import socket


def iou(boxes, target):
    # A datagram socket may send to any path, also one that came of socketpair().
    one, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendto(b"<13>iou: passed", "/dev/log")
    return boxes[:, 0] * 0
