# expect: failed
# exercise: convolution/conv2d-single
# says: the gradient of image
import torch


class Convolve(torch.autograd.Function):
    @staticmethod
    def forward(ctx, image, kernel):
        ctx.save_for_backward(image, kernel)
        h, w = kernel.shape
        rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
        return sum(
            kernel[i, j] * image[i : i + rows, j : j + columns] for i in range(h) for j in range(w)
        )

    @staticmethod
    def backward(ctx, gradient):  # right for a sum: it takes every cotangent for ones
        image, kernel = ctx.saved_tensors
        with torch.enable_grad():
            image, kernel = image.detach().requires_grad_(), kernel.detach().requires_grad_()
            h, w = kernel.shape
            rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
            total = sum(
                (kernel[i, j] * image[i : i + rows, j : j + columns]).sum()
                for i in range(h)
                for j in range(w)
            )
        return torch.autograd.grad(total, (image, kernel))


conv2d = Convolve.apply
