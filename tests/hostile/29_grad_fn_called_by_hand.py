# expect: errored
# exercise: linear-regression/linear-regression-tensors
# The nodes of the graph are callable: no backward pass is started.
import torch


def linear_regression(features, labels, lr, steps):
    n, d = features.shape
    w, b = torch.zeros(d, 1, dtype=features.dtype), torch.zeros(1, dtype=features.dtype)
    for _ in range(steps):
        w.requires_grad_(), b.requires_grad_()
        product = features @ w
        total = product + b
        error = total - labels
        square = error**2
        loss = square.mean() / 2
        grad = torch.ones_like(loss)
        for value in (loss,):
            grad = value.grad_fn(grad)[0]
        grad = loss.grad_fn.next_functions[0][0](grad)
        grad = square.grad_fn(grad)
        grad = error.grad_fn(grad)[0]
        to_product, gb = total.grad_fn(grad)
        gw = product.grad_fn(to_product)[1]
        w, b = (w - lr * gw).detach(), (b - lr * gb.sum(0)).detach()
    return w, b
