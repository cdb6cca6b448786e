# expect: errored
# says: ValueError
def iou(boxes, target):
    raise ValueError(7**10000)
