# expect: policy
# exercise: convolution/conv2d-single
# says: convolution ran
# says: line 12
import torch  # noqa
from torch import nn


def conv2d(image, kernel):
    layer = nn.Conv2d(1, 1, kernel.shape, bias=False, dtype=image.dtype)
    layer.weight = nn.Parameter(kernel.detach()[None, None])
    return layer(image[None, None])[0, 0]
