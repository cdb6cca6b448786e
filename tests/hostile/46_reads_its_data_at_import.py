# expect: errored
# says: boxes.csv
# says: top level
import torch


def iou(boxes, target):
    return boxes[:, 0]


def main():
    with open("boxes.csv") as file:
        print(file.read())


main()
