"""
You add the gradients of all examples up without dividing by their number. The loss is a mean, so
its gradient is one, too; with a sum the step grows with the number of examples.
---
你把所有样本的梯度加起来，却没有除以样本数。损失是平均值，梯度也是；用求和的话，步长会随样本数增大。
cards: gradient-of-mse-w, full-batch-vs-sgd
fails: one_step_by_hand, many_steps
"""

import torch


def linear_regression(features, labels, lr, steps):
    d = features.shape[1]
    w = torch.zeros(d, 1, dtype=features.dtype)
    b = torch.zeros(1, dtype=features.dtype)
    for _ in range(steps):
        error = features @ w + b - labels
        w, b = w - lr * (features.T @ error), b - lr * error.sum(dim=0)
    return w, b
