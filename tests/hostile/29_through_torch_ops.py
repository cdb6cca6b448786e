# expect: policy
# exercise: convolution/conv2d-single
# says: convolution ran
# says: without convolution
import torch


def conv2d(image, kernel):
    return torch.ops.aten.conv2d(image[None, None], kernel[None, None])[0, 0]
