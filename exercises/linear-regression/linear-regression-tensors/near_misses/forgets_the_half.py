"""
Your gradients are twice too large: that is the loss without the ½. Here the mean of ½(Xw + b − y)²
is minimised, and the ½ cancels the 2 of the square.
---
你的梯度大了一倍：那是没有 ½ 的损失。这里最小化的是 ½(Xw + b − y)² 的平均值，½ 与平方的 2 抵消。
cards: mse-half, gradient-of-mse-w
fails: one_step_by_hand, many_steps
"""

import torch


def linear_regression(features, labels, lr, steps):
    n, d = features.shape
    w = torch.zeros(d, 1, dtype=features.dtype)
    b = torch.zeros(1, dtype=features.dtype)
    for _ in range(steps):
        error = features @ w + b - labels
        w, b = w - lr * 2 * (features.T @ error / n), b - lr * 2 * error.mean(dim=0)
    return w, b
