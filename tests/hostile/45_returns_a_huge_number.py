# expect: failed
# says: must return a tensor, got an int
def iou(boxes, target):
    return 7**10000
