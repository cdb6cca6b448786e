# expect: syntax
# says: FULLWIDTH COMMA
# says: line 4
def iou(boxes， target):
    return boxes[:, 0]
