# expect: failed
# exercise: linear-regression/linear-regression-tensors
# says: must return a tuple, got a tensor
import torch


def linear_regression(features, labels, lr, steps):
    return torch.zeros(features.shape[1], 1)
