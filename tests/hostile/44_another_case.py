# expect: missing
# says: found IoU, expected iou
def IoU(boxes, target):
    return boxes[:, 0]
