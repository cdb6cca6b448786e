# expect: passed
# exercise: convolution/conv2d-single
import torch
def conv2d(image, kernel):
    windows = image.unfold(0, kernel.shape[0], 1).unfold(1, kernel.shape[1], 1)
    return torch.vmap(torch.vmap(lambda p: (p * kernel).sum()))(windows)
