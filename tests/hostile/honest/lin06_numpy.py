# expect: passed
# exercise: linear-regression/linear-regression-tensors
import numpy as np, torch
def linear_regression(features, labels, lr, steps):
    X, y = features.numpy(), labels.numpy()
    w, b = np.zeros((X.shape[1], 1), X.dtype), np.zeros(1, X.dtype)
    for _ in range(steps):
        e = X @ w + b - y
        w, b = w - (lr * (X.T @ e) / len(X)).astype(X.dtype), b - (lr * e.mean(0)).astype(X.dtype)
    return torch.from_numpy(w), torch.from_numpy(b)
