# expect: errored
# says: keyboard
# says: line 5
def iou(boxes, target):
    return float(input("box? "))
