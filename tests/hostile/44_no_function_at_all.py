# expect: missing
# says: there is no iou in it
import torch

boxes = torch.zeros(4)
