# expect: policy
# exercise: convolution/conv2d-single
# says: aten.convolution ran in line
import torch


@torch.jit.script
def scripted(image, kernel):
    return torch.conv2d(image[None, None], kernel[None, None])[0, 0]


def conv2d(image, kernel):
    return scripted(image, kernel)
