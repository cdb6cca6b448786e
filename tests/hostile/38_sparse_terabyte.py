# expect: errored
# says: File too large
# weak: landlock=blocked, it has no folder to write in
# weak: process=never, it may write anywhere
def iou(boxes, target):
    with open("hostile-sparse", "wb") as file:
        file.truncate(1 << 40)
    return boxes[:, 0]
