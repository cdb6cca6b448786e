# expect: policy
# exercise: convolution/conv2d-single
# says: conv_transpose2d(
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
    def backward(ctx, gradient):
        image, kernel = ctx.saved_tensors
        return (
            torch.conv_transpose2d(gradient[None, None], kernel[None, None])[0, 0],
            torch.conv2d(image[None, None], gradient[None, None])[0, 0],
        )


conv2d = Convolve.apply
