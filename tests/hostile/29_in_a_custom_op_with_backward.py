# expect: policy
# exercise: convolution/conv2d-single
# Within a custom operation no mode is active.
import torch
import torch.nn.functional as F
from torch import Tensor

library = torch.library.Library("mine", "FRAGMENT")
library.define("products(Tensor a, Tensor b) -> Tensor")
library.impl("products", lambda a, b: F.conv2d(a, b), "CPU")


class Call(torch.autograd.Function):
    @staticmethod
    def forward(ctx, image, kernel):
        ctx.save_for_backward(image, kernel)
        return torch.ops.mine.products(image.detach()[None, None], kernel.detach()[None, None])[
            0, 0
        ]

    @staticmethod
    def backward(ctx, grad):
        image, kernel = ctx.saved_tensors
        gi = torch.zeros_like(image)
        gk = torch.zeros_like(kernel)
        rows, columns = grad.shape
        for i in range(kernel.shape[0]):
            for j in range(kernel.shape[1]):
                gi[i : i + rows, j : j + columns] += kernel[i, j] * grad
                gk[i, j] = (image[i : i + rows, j : j + columns] * grad).sum()
        return gi, gk


def conv2d(image, kernel):
    return Call.apply(image, kernel)
