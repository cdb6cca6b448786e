# expect: errored
# says: must return a tensor, got
import os


class Payload:
    def __reduce__(self):
        return os._exit, (0,)

    def __getattr__(self, name):
        raise SystemExit(name)


def iou(boxes, target):
    return Payload()
