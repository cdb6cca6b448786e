# expect: errored
# says: RecursionError
# says: calls itself without end
def iou(boxes, target):
    return iou(boxes, target)
