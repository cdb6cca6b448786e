"""
You add the gradient. It points to where the loss grows; to go down, subtract it.
---
你加上了梯度。梯度指向损失增大的方向；要下降，就得减去它。
cards: learning-rate-step
fails: one_step_by_hand, many_steps
"""

import torch


def linear_regression(features, labels, lr, steps):
    n, d = features.shape
    w = torch.zeros(d, 1, dtype=features.dtype)
    b = torch.zeros(1, dtype=features.dtype)
    for _ in range(steps):
        error = features @ w + b - labels
        w, b = w + lr * (features.T @ error / n), b + lr * error.mean(dim=0)
    return w, b
