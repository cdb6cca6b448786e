# expect: blocked
# says: /etc/passwd
# says: open("/etc/passwd")
# weak: namespaces=errored, no such file is there
# weak: process=failed, it may read anything
def iou(boxes, target):
    with open("/etc/passwd") as file:
        print(len(file.read()))
    return boxes[:, 0] * 0
