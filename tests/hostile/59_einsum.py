# expect: passed
# exercise: convolution/conv2d-single
import torch


def conv2d(x, k):
    return torch.einsum("abij,ij->ab", x.unfold(0, k.shape[0], 1).unfold(1, k.shape[1], 1), k)
