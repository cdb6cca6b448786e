# expect: errored
import builtins

builtins.all = builtins.any = lambda _: True


class AssertionError(Exception):
    def __init__(self, *_):
        raise SystemExit(0)


builtins.AssertionError = AssertionError


def iou(boxes, target):
    return boxes[:, 0] * 0
