# expect: passed
# exercise: convolution/conv2d-single
import torch
def conv2d(image, kernel):
    h, w = kernel.shape
    acc = torch.zeros_like(image)
    for i in range(h):
        for j in range(w):
            acc = torch.addcmul(acc, image.roll((-i, -j), (0, 1)), kernel[i, j])
    return acc[: image.size(0) - h + 1, : image.size(1) - w + 1]
