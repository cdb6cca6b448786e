# expect: failed
# says: must return a tensor, got bytes
import os
import pickle


class Payload:
    def __reduce__(self):
        return os.system, ("echo loaded",)


def iou(boxes, target):
    return pickle.dumps(Payload())
