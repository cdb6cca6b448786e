# expect: missing
# says: found my_iou, expected iou
def my_iou(boxes, target):
    return boxes[:, 0]
