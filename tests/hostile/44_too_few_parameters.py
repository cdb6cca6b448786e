# expect: missing
# says: found `iou(boxes)`, expected `iou(boxes, target)`
def iou(boxes):
    return boxes[:, 0]
