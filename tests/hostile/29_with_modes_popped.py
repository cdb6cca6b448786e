# expect: policy
# exercise: convolution/conv2d-single
# says: conv
# says: line 12
import torch
from torch.utils._python_dispatch import _disable_current_modes


def conv2d(image, kernel):
    image, kernel = image[None, None], kernel[None, None]
    with torch._C.DisableTorchFunctionSubclass(), _disable_current_modes():
        return torch.ops.aten.convolution(
            image, kernel, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1
        )[0, 0]
