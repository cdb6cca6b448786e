"""
You never change b. It is a parameter like w; its gradient is the mean of the errors.
---
你从未更新 b。它和 w 一样是参数；它的梯度是误差的平均值。
cards: gradient-of-mse-b
fails: one_step_by_hand, recovers_the_notes_parameters
"""

import torch


def linear_regression(features, labels, lr, steps):
    n, d = features.shape
    w = torch.zeros(d, 1, dtype=features.dtype)
    b = torch.zeros(1, dtype=features.dtype)
    for _ in range(steps):
        w = w - lr * (features.T @ (features @ w + b - labels) / n)
    return w, b
