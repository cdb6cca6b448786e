# expect: passed
# exercise: linear-regression/linear-regression-tensors
import torch
class Regressor:
    def __init__(self, d, dtype): self.w, self.b = torch.zeros((d, 1), dtype=dtype), torch.zeros(1, dtype=dtype)
    def __call__(self, x): return torch.matmul(x, self.w) + self.b
    def backward(self, x, y):
        e = self(x) - y
        return torch.einsum("nd,no->do", x, e) / len(x), e.mean(0)
    def grad_step(self, x, y, lr):
        gw, gb = self.backward(x, y); self.w.sub_(lr * gw); self.b.sub_(lr * gb)
def linear_regression(features, labels, lr, steps):
    m = Regressor(features.size(1), features.dtype)
    [m.grad_step(features, labels, lr) for _ in range(steps)]
    return m.w, m.b
