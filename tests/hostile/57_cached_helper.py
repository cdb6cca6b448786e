# expect: passed
# exercise: convolution/conv2d-single
import functools

import torch


@functools.cache
def offsets(h, w):
    return [(i, j) for i in range(h) for j in range(w)]


def conv2d(image: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    rows, columns = (a - b + 1 for a, b in zip(image.shape, kernel.shape))
    parts = [image[i : i + rows, j : j + columns] for i, j in offsets(*kernel.shape)]
    return (torch.stack(parts, dim=-1) * kernel.reshape(-1)).sum(-1)
