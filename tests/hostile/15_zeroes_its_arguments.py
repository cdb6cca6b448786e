# expect: failed
# says: changed its arguments boxes and target
def iou(boxes, target):
    boxes.zero_()
    target.zero_()
    return boxes[:, 0]
