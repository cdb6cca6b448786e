# expect: policy
# exercise: linear-regression/linear-regression-tensors
# says: autograd
import torch


def linear_regression(features, labels, lr, steps):
    w = torch.zeros(features.shape[1], 1, dtype=features.dtype, requires_grad=True)
    b = torch.zeros(1, dtype=features.dtype, requires_grad=True)
    for _ in range(steps):
        ((features @ w + b - labels) ** 2 / 2).mean().backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad = b.grad = None
    return w.detach(), b.detach()
