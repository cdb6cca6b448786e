# expect: errored
# says: Passed
# says: line 13
class Passed(BaseException):
    def __str__(self):
        raise Passed

    def __reduce__(self):
        return print, ("loaded",)


def iou(boxes, target):
    raise Passed
