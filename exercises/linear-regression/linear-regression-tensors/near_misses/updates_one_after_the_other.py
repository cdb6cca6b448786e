"""
You compute the gradient of b after w has changed already. Both gradients belong to the same point
(w, b): compute both, then update both.
---
你在 w 已经改变之后才计算 b 的梯度。两个梯度应属于同一点 (w, b)：先都算出来，再一起更新。
cards: gradient-of-mse-b, learning-rate-step
fails: one_step_by_hand, many_steps
"""

import torch


def linear_regression(features, labels, lr, steps):
    n, d = features.shape
    w = torch.zeros(d, 1, dtype=features.dtype)
    b = torch.zeros(1, dtype=features.dtype)
    for _ in range(steps):
        w = w - lr * (features.T @ (features @ w + b - labels) / n)
        b = b - lr * (features @ w + b - labels).mean(dim=0)
    return w, b
