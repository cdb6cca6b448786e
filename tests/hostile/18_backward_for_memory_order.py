# expect: failed
# exercise: convolution/conv2d-single
# says: when grad_output is not contiguous
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
        rows, columns = gradient.shape
        gradient = gradient.as_strided((rows, columns), (columns, 1))
        image_grad, kernel_grad = torch.zeros_like(image), torch.zeros_like(kernel)
        for i in range(kernel.shape[0]):
            for j in range(kernel.shape[1]):
                part = slice(i, i + rows), slice(j, j + columns)
                image_grad[part] += kernel[i, j] * gradient
                kernel_grad[i, j] = (gradient * image[part]).sum()
        return image_grad, kernel_grad


conv2d = Convolve.apply
