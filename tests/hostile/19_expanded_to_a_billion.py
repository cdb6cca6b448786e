# expect: output_limit
# says: returned more
def iou(boxes, target):
    return boxes[:1, 0].expand(10**9)
