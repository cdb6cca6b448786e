# expect: policy
# exercise: convolution/conv2d-single
# The kernel of the processor itself, called by its dispatch key: no mode sees that.
import torch

CPU = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)


class Call(torch.autograd.Function):
    @staticmethod
    def forward(ctx, image, kernel):
        ctx.save_for_backward(image, kernel)
        return (
            torch.ops.aten.mkldnn_convolution.default.redispatch(
                CPU,
                image.detach()[None, None].contiguous(),
                kernel.detach()[None, None].contiguous(),
                None,
                [0, 0],
                [1, 1],
                [1, 1],
                1,
            )[0, 0]
            if image.dtype is torch.float32
            else torch.ops.aten._slow_conv2d_forward.default.redispatch(
                CPU,
                image.detach()[None, None].contiguous(),
                kernel.detach()[None, None].contiguous(),
                list(kernel.shape),
                None,
                [1, 1],
                [0, 0],
            )[0, 0]
        )

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
