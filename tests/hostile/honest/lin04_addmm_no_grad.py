# expect: passed
# exercise: linear-regression/linear-regression-tensors
import torch
from torch.autograd import Variable  # old habit; not used for gradients
def linear_regression(features, labels, lr, steps):
    features, labels = Variable(features), Variable(labels)
    with torch.no_grad():
        w = torch.zeros_like(features[:1].T); b = torch.zeros_like(labels[0])
        for step in range(int(steps)):
            error = torch.addmm(-labels + b, features, w)
            w, b = torch.addmm(w, features.T, error, alpha=-lr / labels.numel()), b - lr * error.mean(0)
            if step % 10 == 0: print(f"{step}: loss {(error ** 2).mean().item() / 2:.4f}")
    return (w, b)
