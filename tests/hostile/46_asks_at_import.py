# expect: errored
# says: keyboard
# says: top level
name = input("Your name? ")


def iou(boxes, target):
    return boxes[:, 0]
