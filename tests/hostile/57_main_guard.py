# expect: passed
import sys

import torch

def right(boxes, target):
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    shared = (high - low).clamp(min=0).prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)


def iou(boxes, target):
    return right(boxes, target)


def main():
    boxes = torch.tensor([float(each) for each in sys.argv[1:]])
    print(iou(boxes, boxes[0]))


if __name__ == "__main__":
    main()
