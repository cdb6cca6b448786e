# expect: missing
# says: found `iou(boxes, target, eps)`, expected `iou(boxes, target)`
def iou(boxes, target, eps):
    return boxes[:, 0]
