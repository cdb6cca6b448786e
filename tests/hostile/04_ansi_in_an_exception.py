# expect: errored
# says: \x1b[2Jpassed
def iou(boxes, target):
    raise ValueError("\x1b[2Jpassed\u202e")
