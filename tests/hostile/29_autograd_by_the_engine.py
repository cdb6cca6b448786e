# expect: errored
# exercise: linear-regression/linear-regression-tensors
import torch


def linear_regression(features, labels, lr, steps):
    n, d = features.shape
    w, b = torch.zeros(d, 1, dtype=features.dtype), torch.zeros(1, dtype=features.dtype)
    for _ in range(steps):
        w.requires_grad_(), b.requires_grad_()
        loss = ((features @ w + b - labels) ** 2).mean() / 2
        with torch._C._DisableTorchDispatch():
            gw, gb = torch.autograd.Variable._execution_engine.run_backward(
                (loss,), (torch.ones_like(loss),), False, False, (w, b), allow_unreachable=True
            )
        w, b = (w - lr * gw).detach(), (b - lr * gb).detach()
    return w, b
