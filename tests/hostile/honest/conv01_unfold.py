# expect: passed
# exercise: convolution/conv2d-single
import torch
def conv2d(image, kernel):
    h, w = kernel.shape
    return (image.unfold(0, h, 1).unfold(1, w, 1) * kernel).sum((-1, -2))
