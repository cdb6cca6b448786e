# expect: no_result
import sys

import quizapp.judge.checks
import quizapp.judge.frames
import quizapp.judge.running as running

running.Finished = running.Yielded
running.encode_item = lambda item, **_: b""
quizapp.judge.checks.count_ops = lambda function, *args, **_: function(*args)
for module in list(sys.modules.values()):
    if getattr(module, "__name__", "").endswith("judge.running"):
        module.run_check = lambda *_, **__: iter([running.Finished()])


def iou(boxes, target):
    return boxes[:, 0] * 0
