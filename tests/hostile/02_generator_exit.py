# expect: errored
# says: GeneratorExit
# says: line 5
def iou(boxes, target):
    raise GeneratorExit
