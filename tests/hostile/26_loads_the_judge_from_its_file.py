# expect: blocked
# weak: namespaces=errored, no such file is there
# weak: process=errored, it may read anything but the rest is not on the path
import importlib.util
import sys

path = sys.modules["quizapp.judge.running"].__file__.replace("running", "compare")
spec = importlib.util.spec_from_file_location("compare", path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)


def iou(boxes, target):
    return boxes[:, 0] * 0
