# expect: passed
# exercise: linear-regression/linear-regression-tensors
import torch
def linear_regression(features, labels, lr=0.1, steps=100):
    w = torch.zeros(features.shape[1], 1).type_as(features); b = torch.zeros(1).type_as(features)
    while steps > 0:
        e = (features * w.view(1, -1)).sum(1, keepdim=True) + b - labels
        dw = (features * e).mean(0).reshape_as(w); db = e.mean().view(1)
        w = w - lr * dw; b = b - lr * db; steps -= 1
    return w, b
