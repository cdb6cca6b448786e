"""
You subtract the whole gradient. A step is `lr` times the gradient: without that factor it jumps
over the minimum, and each jump is larger than the one before.
---
你减去了整个梯度。每一步应减去 `lr` 乘以梯度：没有这个系数就会跳过最小值，而且越跳越远。
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
        w, b = w - features.T @ error / n, b - error.mean(dim=0)
    return w, b
