# expect: failed
# weak: process=never, it may write anywhere
import atexit
import contextlib


def write():
    print("ALL CHECKS PASSED")
    for name in ("hostile-results.json", "/tmp/hostile-results.xml", "/autograder/results/results.json"):
        with contextlib.suppress(OSError), open(name, "w") as file:
            file.write('{"score": 100}')


atexit.register(write)
write()


def iou(boxes, target):
    return boxes[:, 0] * 0
