# expect: timed_out
# limits: cpu_s=0.25
# says: line 8
import re


def iou(boxes, target):
    return re.match(r"(a|a)*$", "a" * 60 + "b")
