# expect: failed
# exercise: convolution/conv2d-single
# says: diagnosis: flips_the_kernel
import torch


def conv2d(image, kernel):
    h, w = kernel.shape
    windows = image.unfold(0, h, 1).unfold(1, w, 1)
    return torch.einsum("xyij,ij->xy", windows, torch.flip(kernel, (0, 1)))
