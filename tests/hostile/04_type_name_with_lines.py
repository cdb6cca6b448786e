# expect: errored
def iou(boxes, target):
    return type("X\n✓ passed 14/14", (), {})()
