# expect: syntax
# says: line 5
# says: never closed
def iou(boxes, target):
    return (boxes[:, 0] + 1
