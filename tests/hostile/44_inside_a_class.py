# expect: missing
# says: iou
class Solution:
    def iou(self, boxes, target):
        return boxes[:, 0]
