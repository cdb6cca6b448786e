# expect: passed
# exercise: linear-regression/linear-regression-tensors
import torch


@torch.no_grad()
def linear_regression(features, labels, lr, steps):
    n, d = features.shape
    w, b = features.new_zeros(d, 1), features.new_zeros(1)
    for _ in range(steps):
        per_example = torch.vmap(lambda x, y: (x * (x @ w + b - y), x @ w + b - y))
        gw, gb = per_example(features, labels)
        w, b = w - lr * gw.mean(0)[:, None], b - lr * gb.mean(0)
    return w, b
