# expect: errored
# says: matplotlib
# says: line 4
import matplotlib.pyplot as plt

plt.plot([1, 2, 3])
plt.show()


def iou(boxes, target):
    return boxes[:, 0]
