# expect: output_limit
# says: returned more
def iou(boxes, target):
    return [[]] * 3_000_000
