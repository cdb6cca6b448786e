# expect: errored
# says: got submission.Endless
class Endless(list):
    def __iter__(self):
        while True:
            yield 1.0

    def __len__(self):
        return -1


def iou(boxes, target):
    return Endless()
