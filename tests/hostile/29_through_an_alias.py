# expect: policy
# exercise: convolution/conv2d-single
# says: convolution ran
# says: line 11
import torch.nn.functional as F

multiply = F.conv2d


def conv2d(image, kernel):
    return multiply(image[None, None], kernel[None, None])[0, 0]
