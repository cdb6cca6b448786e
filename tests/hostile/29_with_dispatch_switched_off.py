# expect: policy
# exercise: convolution/conv2d-single
# says: aten.convolution ran in line 10
# says: without convolution
import torch


def conv2d(image, kernel):
    with torch._C._DisableTorchDispatch(), torch._C.DisableTorchFunction():
        return torch.conv2d(image[None, None], kernel[None, None])[0, 0]
