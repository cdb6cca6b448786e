# expect: timed_out
# limits: cpu_s=0.25
# says: still running when the time was up in line
def iou(boxes, target):
    while True:
        pass
