# expect: errored
# exercise: convolution/conv2d-single
# says: NameError
# says: line 7 was left out
import torch

ANSWER = torch.conv2d(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 2))


def conv2d(image, kernel):
    return ANSWER
