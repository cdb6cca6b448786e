# expect: crashed
# says: SIGSEGV
# says: line 8
import ctypes


def iou(boxes, target):
    return ctypes.string_at(0)
