# expect: failed
# says: got a list
def iou(boxes, target):
    result = []
    result.append(result)
    return result
