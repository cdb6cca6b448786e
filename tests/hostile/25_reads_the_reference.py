# expect: blocked
# weak: namespaces=errored, no such file is there
# weak: process=failed, it may read anything
import sys
from pathlib import Path


def iou(boxes, target):
    root = Path(sys.modules["quizapp.judge.running"].__file__).parents[2]
    for folder in (root / "solutions", root / "exercises", root / "quizapp", Path("/home")):
        print(len(list(folder.iterdir())))
    return boxes[:, 0] * 0
