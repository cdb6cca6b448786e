"""Reference: linear regression by full-batch gradient descent, the gradients by hand."""

import torch
from torch import Tensor


def linear_regression(
    features: Tensor, labels: Tensor, lr: float, steps: int
) -> tuple[Tensor, Tensor]:
    """Minimise the mean of ½(Xw + b − y)²: (n, d) and (n, 1) -> w (d, 1), b (1,)."""
    n, d = features.shape
    w = torch.zeros(d, 1, dtype=features.dtype)
    b = torch.zeros(1, dtype=features.dtype)
    for _ in range(steps):
        error = features @ w + b - labels  # (n, 1)
        # Both gradients come from the same error; only then is anything updated.
        w_gradient = features.T @ error / n  # (d, 1)
        b_gradient = error.mean(dim=0)  # (1,)
        w = w - lr * w_gradient
        b = b - lr * b_gradient
    return w, b
