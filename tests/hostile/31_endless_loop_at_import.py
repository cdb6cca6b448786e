# expect: timed_out
# limits: cpu_s=0.25
# says: still running when the time was up in line
# says: top level
while True:
    pass


def iou(boxes, target):
    return boxes[:, 0]
