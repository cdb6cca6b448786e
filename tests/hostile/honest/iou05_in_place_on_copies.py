# expect: passed
import torch
def iou(boxes, target, *, eps=0.0):
    boxes = boxes.clone().float() if not boxes.is_floating_point() else boxes.clone()
    target = target.clone().to(boxes)
    lt = boxes[:, :2].clone()
    torch.maximum(lt, target[:2], out=lt)
    rb = boxes[:, 2:].clone()
    torch.minimum(rb, target[2:], out=rb)
    rb -= lt
    rb.clamp_(min=0)
    inter = rb.prod(dim=1)
    boxes[:, 2:] -= boxes[:, :2]
    area = boxes[:, 2:].prod(dim=1)
    target[2:] -= target[:2]
    union = area.add_(target[2:].prod()).sub_(inter)
    return inter.div_(union + eps)
