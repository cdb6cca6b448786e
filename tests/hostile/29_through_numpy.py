# expect: policy
# exercise: convolution/conv2d-single
# says: numpy.convolve ran in line 13
import numpy as np
import torch


def conv2d(image, kernel):
    rows, columns = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    out = np.zeros((rows, columns))
    for r in range(rows):
        for i in range(kernel.shape[0]):
            out[r] += np.convolve(image[r + i].numpy(), kernel[i].numpy()[::-1], mode="valid")
    return torch.from_numpy(out).to(image.dtype)
