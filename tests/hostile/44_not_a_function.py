# expect: missing
# says: iou is no function but a 'Tensor' object; define `iou(boxes, target)`
import torch

iou = torch.zeros(4)
