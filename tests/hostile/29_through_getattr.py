# expect: policy
# exercise: convolution/conv2d-single
# says: convolution ran
# says: line 9
import torch


def conv2d(image, kernel):
    return getattr(torch, "con" + "v2d")(image[None, None], kernel[None, None])[0, 0]
