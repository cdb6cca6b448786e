# expect: errored
# says: \x1b[2J
Evil = type("\x1b[2Jtorch.Tensor\n14 of 14", (), {"__module__": "\x1b]0;passed\x07"})


def iou(boxes, target):
    return Evil()
