# expect: timed_out
# limits: cpu_s=0.25
# says: still running
def iou(boxes, target):
    try:
        raise SystemExit
    finally:
        while True:
            pass
