# expect: syntax
# says: ZERO WIDTH SPACE
# says: line 5
def iou(boxes, target):
    return boxes​[:, 0]
