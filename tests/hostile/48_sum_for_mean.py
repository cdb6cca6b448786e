# expect: failed
# exercise: linear-regression/linear-regression-tensors
# says: diagnosis: sum_for_mean
import torch


def linear_regression(features, labels, lr, steps):
    w = torch.zeros((features.shape[1], 1), dtype=features.dtype)
    b = torch.zeros((1,), dtype=features.dtype)
    for _ in range(steps):
        residual = torch.matmul(features, w).add(b).sub(labels)
        step_w = (features * residual).sum(0).reshape(w.shape)
        step_b = residual.sum().reshape(1)
        w, b = w - lr * step_w, b - lr * step_b
    return w, b
