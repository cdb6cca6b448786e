# expect: out_of_memory
# limits: memory_mb=48
# says: memory
def iou(boxes, target):
    kept = []
    while True:
        kept.append(bytearray(1 << 20))
