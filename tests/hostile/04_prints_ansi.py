# expect: failed
# says: \x1b[2J\x1b[1;32mpassed
print("\x1b[2J\x1b[1;32mpassed\x1b[0m\x07\r14/14\x9b31m")


def iou(boxes, target):
    return boxes[:, 0] * 0
