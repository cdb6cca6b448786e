# expect: crashed
# says: SIGSEGV
import sys

sys.setrecursionlimit(10**9)


class Deep:
    def __getattr__(self, name):
        return getattr(self, name + "x" if len(name) < 3 else "xx")

    def __repr__(self):
        return repr([self])


def iou(boxes, target):
    return repr(Deep())
