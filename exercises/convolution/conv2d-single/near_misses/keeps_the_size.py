"""
You pad the image so that the output is as large as it. This task has no padding: the output has
shape (H - h + 1, W - w + 1).
---
你填充了图像，使输出与它一样大。本题没有填充：输出的形状是 (H − h + 1, W − w + 1)。
cards: convolution-output-size
fails: image_of_the_notes, random_sizes
"""

from torch.nn import functional as F


def conv2d(image, kernel):
    h, w = kernel.shape
    padded = F.pad(image, (0, w - 1, 0, h - 1))
    out = 0
    for i in range(h):
        for j in range(w):
            out = out + kernel[i, j] * padded[i : i + image.shape[0], j : j + image.shape[1]]
    return out
