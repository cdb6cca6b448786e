# expect: errored
# says: ValueError
def iou(boxes, target):
    error = ValueError("\x1b[2Jpassed" * 100)
    raise error.with_traceback(None)
