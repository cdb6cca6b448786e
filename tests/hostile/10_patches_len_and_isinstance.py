# expect: no_result
import builtins

builtins.len = lambda _: 0
builtins.isinstance = lambda *_: True
builtins.type = lambda _: int


def iou(boxes, target):
    return boxes[:, 0] * 0
