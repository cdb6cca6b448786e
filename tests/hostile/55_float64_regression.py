# expect: passed
# exercise: linear-regression/linear-regression-tensors
import torch


def linear_regression(features, labels, lr, steps):
    dtype = features.dtype
    x = torch.cat([features, torch.ones(len(features), 1, dtype=dtype)], dim=1).double()
    y = labels.double()
    theta = torch.zeros(x.shape[1], 1, dtype=torch.float64)
    for _ in range(steps):
        theta -= lr * (x.T @ (x @ theta - y)) / len(x)
    return theta[:-1].to(dtype), theta[-1].to(dtype)
