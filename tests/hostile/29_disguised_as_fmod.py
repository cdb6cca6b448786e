# expect: policy
# exercise: convolution/conv2d-single
# The kernel of another operation is replaced; within it no mode is active.
import torch
import torch.nn.functional as F

library = torch.library.Library("aten", "IMPL")
GIVEN = []


def _kernel(a, b):
    return F.conv2d(*GIVEN.pop())


library.impl("fmod.Tensor", _kernel, "CPU", allow_override=True)


class Call(torch.autograd.Function):
    @staticmethod
    def forward(ctx, image, kernel):
        ctx.save_for_backward(image, kernel)
        GIVEN.append((image.detach()[None, None], kernel.detach()[None, None]))
        return torch.fmod(image.detach(), image.detach())[0, 0]

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
