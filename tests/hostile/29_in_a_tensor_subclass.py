# expect: policy
# exercise: convolution/conv2d-single
import torch
import torch.nn.functional as F


class Sly(torch.Tensor):
    @staticmethod
    def __new__(cls, inner):
        return torch.Tensor._make_wrapper_subclass(cls, inner.shape, dtype=inner.dtype)

    def __init__(self, inner):
        self.inner = inner

    __torch_function__ = torch._C._disabled_torch_function_impl

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        a, b = args[0].inner, args[1]
        return F.conv2d(a, b)


class Call(torch.autograd.Function):
    @staticmethod
    def forward(ctx, image, kernel):
        ctx.save_for_backward(image, kernel)
        return torch.add(Sly(image.detach()[None, None]), kernel.detach()[None, None])[0, 0]

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
