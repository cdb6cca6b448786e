# expect: policy
# exercise: convolution/conv2d-single
import torch


@torch.jit.script
def work(image, kernel):
    return torch.conv2d(image[None, None], kernel[None, None])[0, 0]


@torch.jit.script
def conv2d(image, kernel):
    return torch.jit.wait(torch.jit.fork(work, image, kernel))
