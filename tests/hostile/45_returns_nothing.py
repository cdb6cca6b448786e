# expect: failed
# says: iou must return a tensor, got None; does every path end in a return?
def iou(boxes, target):
    boxes[:, 0] + target[0]
