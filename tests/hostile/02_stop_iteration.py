# expect: errored
# says: StopIteration
# says: line 5
def iou(boxes, target):
    raise StopIteration
