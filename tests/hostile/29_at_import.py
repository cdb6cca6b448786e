# expect: policy
# exercise: convolution/conv2d-single
# says: conv2d
# says: line 7
import torch

ANSWER = torch.conv2d(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 2))


def conv2d(image, kernel):
    return ANSWER
