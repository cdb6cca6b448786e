# expect: errored
class Sly(dict):
    def items(self):
        raise SystemExit


def iou(boxes, target):
    made = []
    made.append(made)
    return Sly(a=1) if len(boxes) > 1 else made
