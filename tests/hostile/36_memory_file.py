# expect: blocked
# says: memfd_create
# weak: process=never, files in memory are not counted
import os


def iou(boxes, target):
    # Pages of such a file are no part of the address space that is limited.
    for number in range(100):
        file = os.memfd_create(str(number))
        os.write(file, bytes(1 << 20))
    return boxes[:, 0]
