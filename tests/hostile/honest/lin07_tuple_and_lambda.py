# expect: passed
# exercise: linear-regression/linear-regression-tensors
import torch
from functools import reduce
step = lambda X, y, lr: lambda p, _: (lambda e: (p[0] - lr * X.T @ e / len(X), p[1] - lr * e.sum(0) / len(X)))(X @ p[0] + p[1] - y)
linear_regression = lambda features, labels, lr, steps: reduce(step(features, labels, lr), range(steps), (features.new_zeros(features.shape[1], 1), features.new_zeros(1)))
