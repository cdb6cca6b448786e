# expect: errored
# says: KeyboardInterrupt
# says: line 5
def iou(boxes, target):
    raise KeyboardInterrupt
