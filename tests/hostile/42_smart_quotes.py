# expect: syntax
# says: line 5
# says: LEFT DOUBLE QUOTATION MARK
def iou(boxes, target):
    print(“boxes”)
    return boxes[:, 0]
