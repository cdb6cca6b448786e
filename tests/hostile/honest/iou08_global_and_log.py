# expect: passed
import functools, logging, math, os, random, sys, time, typing as t
import torch
log = logging.getLogger(__name__); logging.basicConfig(level=logging.DEBUG)
random.seed(1); torch.manual_seed(1)
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
CALLS = 0
def timed(f):
    @functools.wraps(f)
    def inner(*a, **k):
        global CALLS
        CALLS += 1
        s = time.perf_counter()
        try: return f(*a, **k)
        finally: log.debug("call %d took %.3f", CALLS, time.perf_counter() - s)
    return inner
@timed
@torch.no_grad()
def iou(boxes: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """IoU."""
    assert boxes.ndim == 2 and target.ndim == 1, "shapes"
    boxes, target = boxes.to(DEVICE), target.to(DEVICE)
    i = (torch.minimum(boxes[:, 2:], target[2:]) - torch.maximum(boxes[:, :2], target[:2])).clamp(0).prod(1)
    return (i / ((boxes[:, 2:] - boxes[:, :2]).prod(1) + (target[2:] - target[:2]).prod(0) - i)).cpu()
if __name__ == "__main__":
    print(iou(torch.rand(3, 4), torch.rand(4)))
