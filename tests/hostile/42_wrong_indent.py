# expect: syntax
# says: line 6
# says: indent
def iou(boxes, target):
    low = boxes[:, :2]
      return low
