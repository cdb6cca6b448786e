# expect: timed_out
# limits: cpu_s=0.25
# says: line 6
def iou(boxes, target):
    # one call into C
    return 7 ** (10**9 + len(boxes))
