# expect: failed
# exercise: convolution/conv2d-single
# says: ops
import torch


def conv2d(image, kernel):
    h, w = kernel.shape
    return torch.stack(
        [
            torch.stack(
                [
                    (image[i : i + h, j : j + w] * kernel).sum()
                    for j in range(image.shape[1] - w + 1)
                ]
            )
            for i in range(image.shape[0] - h + 1)
        ]
    )
