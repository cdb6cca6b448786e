# expect: syntax
# says: line 5
# says: indent
def iou(boxes, target):
return boxes[:, 0]
