# expect: failed
# says: NaN in 4 of 4, first at [0]
def iou(boxes, target):
    return boxes[:, 0].float() * float("nan")
