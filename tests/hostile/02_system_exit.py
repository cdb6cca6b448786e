# expect: errored
# says: SystemExit
# says: line 5
def iou(boxes, target):
    raise SystemExit(0)
