# expect: blocked
# weak: process=never, it can start processes without end
import multiprocessing


def iou(boxes, target):
    with multiprocessing.Pool(64) as pool:
        pool.map(abs, range(10**6))
    return boxes[:, 0]
