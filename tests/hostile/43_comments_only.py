# expect: missing
# says: only comments
# TODO: write iou
