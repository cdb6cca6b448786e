# expect: errored
def iou(boxes, target):
    raise type("E\n✓ passed 14/14", (Exception,), {})("a\nb\r\x1b[2J")
