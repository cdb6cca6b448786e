# expect: out_of_memory
# limits: memory_mb=48
# says: memory
# says: top level
import numpy as np

table = np.ones((1 << 15, 1 << 15))


def iou(boxes, target):
    return boxes[:, 0]
