# expect: passed
# exercise: linear-regression/linear-regression-tensors
import torch
def linear_regression(features, labels, lr, steps):
    n = len(features)
    X = torch.cat([features, torch.ones(n, 1, dtype=features.dtype)], 1)
    p = torch.zeros(X.shape[1], 1, dtype=X.dtype)
    for _ in range(steps): p -= lr / n * X.t().mm(X.mm(p) - labels)
    return p[:-1], p[-1]
