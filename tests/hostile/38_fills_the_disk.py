# expect: errored
# says: No space left
# weak: landlock=blocked, it has no folder to write in
# weak: process=never, it may write anywhere
def iou(boxes, target):
    for number in range(1000):
        with open(f"hostile-{number}", "wb") as file:
            file.write(bytes(8 << 20))
    return boxes[:, 0]
