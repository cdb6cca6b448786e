# expect: syntax
# says: line 5
# says: print(
def iou(boxes, target):
    print boxes
    return boxes[:, 0]
