# expect: passed
# exercise: linear-regression/linear-regression-tensors
import torch
def linear_regression(features, labels, lr, steps):
    X, y = features.double(), labels.double(); n, d = X.shape
    G, c, m, s = X.T @ X / n, X.T @ y / n, X.mean(0)[:, None], y.mean()
    w, b = X.new_zeros(d, 1), X.new_zeros(1)
    for _ in range(steps):
        gw, gb = G @ w + m * b - c, (m.T @ w).flatten() + b - s
        w, b = w - lr * gw, b - lr * gb
    return w.to(features.dtype), b.to(features.dtype)
