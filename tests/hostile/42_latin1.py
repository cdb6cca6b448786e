# Lösung von Jürgen
def iou(boxes, target):
    return boxes[:, 0]
