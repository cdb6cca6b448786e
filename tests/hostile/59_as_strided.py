# expect: passed
# exercise: convolution/conv2d-single
import torch


def conv2d(image, kernel):
    (h, w), (a, b) = kernel.shape, image.stride()
    size = (image.shape[0] - h + 1, image.shape[1] - w + 1, h, w)
    return (image.as_strided(size, (a, b, a, b)) * kernel).sum((2, 3))
