# expect: policy
# exercise: convolution/conv2d-single
# says: convolution ran
# says: line 16
import torch.nn.functional as F


def own(image, kernel):
    raise NotImplementedError


def conv2d(image, kernel):
    try:
        return own(image, kernel)
    except NotImplementedError:
        return F.conv2d(image[None, None], kernel[None, None])[0, 0]
