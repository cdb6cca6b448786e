# expect: syntax
# says: line 4
# says: expected ':'
def iou(boxes, target)
    return boxes[:, 0]
