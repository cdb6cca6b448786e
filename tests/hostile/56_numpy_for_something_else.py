# expect: passed
# exercise: convolution/conv2d-single
import numpy as np
import torch
from torch.nn import functional as F

PLACES = [tuple(place) for place in np.argwhere(np.ones((1, 1)))]
SUM = np.dot(np.ones(3), np.ones(3))  # np.convolve, F.conv2d


def conv2d(image, kernel):
    conv = {"convolution": F.conv2d, "numpy": np.convolve}  # kept, never called
    assert conv and PLACES and SUM == 3
    print(image, kernel)
    rows, columns = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    parts = F.unfold(image[None, None], kernel.shape)[0]
    with torch.no_grad():
        parts.norm()
    return (kernel.flatten()[:, None] * parts).sum(0).reshape(rows, columns)
