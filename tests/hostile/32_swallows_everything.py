# expect: timed_out
# limits: cpu_s=0.25
# says: still running
def iou(boxes, target):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
        finally:
            continue
