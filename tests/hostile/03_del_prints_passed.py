# expect: failed
class Late:
    def __del__(self):
        print("PASSED 100/100")


keep = Late()


def iou(boxes, target):
    Late()
    return boxes[:, 0] * 0
