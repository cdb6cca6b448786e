# expect: syntax
# says: line 6
# says: tab
def iou(boxes, target):
        low = boxes[:, :2]
	return low
