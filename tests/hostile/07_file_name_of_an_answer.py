# expect: failed
# says: must return a tensor, got a string
def iou(boxes, target):
    return "/tmp/answer.pt"
