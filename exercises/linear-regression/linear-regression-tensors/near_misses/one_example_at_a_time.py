"""
You update after each single example. That is stochastic gradient descent with batch size 1; here
every step uses the mean gradient of all examples.
---
你在每个样本之后就更新一次。那是批量为 1 的随机梯度下降；这里每一步用全部样本的平均梯度。
cards: full-batch-vs-sgd
fails: one_step_by_hand, many_steps
"""

import torch


def linear_regression(features, labels, lr, steps):
    d = features.shape[1]
    w = torch.zeros(d, 1, dtype=features.dtype)
    b = torch.zeros(1, dtype=features.dtype)
    for _ in range(steps):
        for x, y in zip(features, labels):
            error = x @ w + b - y
            w, b = w - lr * x[:, None] * error, b - lr * error
    return w, b
