# expect: passed
# exercise: linear-regression/linear-regression-tensors
import torch


@torch.inference_mode()
def linear_regression(features, labels, lr, steps):
    n, d = features.shape
    w, b = torch.zeros((d, 1), dtype=features.dtype), torch.zeros((1,), dtype=features.dtype)
    for _ in range(steps):
        e = torch.addmm(b.expand(n, 1), features, w).sub_(labels)
        w = w.sub(features.mT @ e, alpha=lr / n)
        b -= lr * e.mean(0)
    return w, b
