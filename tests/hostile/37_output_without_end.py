# expect: output_limit
# says: prints without end
def iou(boxes, target):
    while True:
        print("x" * 1000)
